import { compileAssembly } from "../../tools/compileAssembly.ts";

const modules = "arithmetic bits bytes compare divide divideByLimb exp modular multiply shift signed".split(" ");

// The compiler's standard library for pure code has no types of WebAssembly; these are the two parts that are used.
const Wasm = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;

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
  const source = { name: "the word module", folder: "", entry: "entry.ts", text: entry };
  const { binary } = await compileAssembly(source, ["--initialMemory", "4"]);
  const { exports } = new Wasm.Instance(new Wasm.Module(binary), {});
  return {
    memory: exports.memory as { readonly buffer: ArrayBuffer },
    call: (name, ...args) => (exports[name] as (...args: number[]) => number)(...args),
  };
}
