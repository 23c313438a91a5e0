import { readFileSync } from "node:fs";
import { join } from "node:path";

const assembly = join(import.meta.dirname, "../../assembly");
const modules = "arithmetic bits bytes compare divide divideByLimb exp modular multiply shift signed".split(" ");

// The compiler's standard library for pure code has no types of WebAssembly; these are the two parts that are used.
const Wasm = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;

type AscMain = (
  args: readonly string[],
  io: {
    readFile(name: string): string | null;
    writeFile(name: string, contents: Uint8Array | string): void;
    listFiles(): string[];
    stderr: { write(text: Uint8Array | string): void };
  },
) => Promise<{ readonly error: Error | null }>;

interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
}

/** The word functions and Keccak of the kernel, compiled alone, over one memory. */
export interface WordModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly call: (name: string, ...args: number[]) => number;
}

/**
 * Compiles `assembly/word` and `assembly/keccak.ts` with the settings of the kernel, so that their tests see the code
 * that the kernel runs.
 * @throws Error with the compiler's messages when the source does not compile
 */
export async function compileWords(): Promise<WordModule> {
  const entry = [...modules.map((name) => `./word/${name}`), "./keccak"]
    .map((path) => `export * from "${path}";`)
    .join("\n");
  let binary: Uint8Array | undefined;
  const messages: string[] = [];
  // Not a plain import: the package's types redefine globals such as `console` for the whole program.
  const compiler: string = "assemblyscript/asc";
  const { main } = (await import(compiler)) as { readonly main: AscMain };
  const { error } = await main(
    ["entry.ts", "--runtime", "stub", "-O3", "--initialMemory", "4", "--outFile", "words.wasm"],
    {
      readFile: (name) => (name === "entry.ts" ? entry : read(join(assembly, name))),
      writeFile: (_name, contents) => {
        if (typeof contents !== "string") binary = Uint8Array.from(contents);
      },
      listFiles: () => [],
      stderr: { write: (text) => messages.push(String(text)) },
    },
  );
  if (error !== null || binary === undefined)
    throw new Error(`the word functions do not compile: ${messages.join("")}`);
  const { exports } = new Wasm.Instance(new Wasm.Module(binary), {});
  return {
    memory: exports.memory as { readonly buffer: ArrayBuffer },
    call: (name, ...args) => (exports[name] as (...args: number[]) => number)(...args),
  };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
