import { readFileSync } from "node:fs";
import { join } from "node:path";

const assembly = join(import.meta.dirname, "../assembly");

type AscMain = (
  args: readonly string[],
  io: {
    readFile(name: string): string | null;
    writeFile(name: string, contents: Uint8Array | string): void;
    listFiles(): string[];
    stderr: { write(text: Uint8Array | string): void };
  },
) => Promise<{ readonly error: Error | null }>;

/** A build of the kernel, and the same as text for those who check it. */
export interface CompiledKernel {
  readonly binary: Uint8Array;
  readonly text: string;
}

/**
 * Compiles the kernel to WebAssembly. The two builds differ in one constant: the traced one calls its host at each
 * frame, log and first look, and if a tracer wants it at each instruction.
 * @throws Error with the compiler's messages when the source does not compile
 */
export async function compileKernel(traced: boolean): Promise<CompiledKernel> {
  let binary: Uint8Array | undefined;
  let text = "";
  const messages: string[] = [];
  // Not a plain import: the package's types redefine globals such as `console` for the whole program.
  const compiler: string = "assemblyscript/asc";
  const { main } = (await import(compiler)) as { readonly main: AscMain };
  // Warning 201 is about 64-bit pointers, which this kernel will never have.
  const options = ["--runtime", "stub", "-O3", "--noAssert", "--disableWarning", "201", "--outFile", "kernel.wasm"];
  const outputs = ["--use", `TRACE=${traced ? 1 : 0}`, "--textFile", "kernel.wat"];
  const { error } = await main(["index.ts", ...options, ...outputs], {
    readFile: (name) => read(join(assembly, name)),
    writeFile: (_name, contents) => {
      if (typeof contents === "string") text = contents;
      else binary = Uint8Array.from(contents);
    },
    listFiles: () => [],
    stderr: { write: (text) => messages.push(String(text)) },
  });
  if (error !== null || binary === undefined) throw new Error(`the kernel does not compile: ${messages.join("")}`);
  return { binary, text };
}

/** Source of the generated file that embeds a build. */
export function embed(binary: Uint8Array): string {
  return [
    "/** Compiled from assembly by tools/build.ts. */",
    `export const kernelWasm = "${binary.toBase64()}";`,
    "",
  ].join("\n");
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
