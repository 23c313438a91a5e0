import { readFileSync } from "node:fs";
import { join } from "node:path";

const assembly = join(import.meta.dirname, "../assembly/precompiles");

type AscMain = (
  args: readonly string[],
  io: {
    readFile(name: string): string | null;
    writeFile(name: string, contents: Uint8Array | string): void;
    listFiles(): string[];
    stderr: { write(text: Uint8Array | string): void };
  },
) => Promise<{ readonly error: Error | null }>;

/**
 * Compiles `assembly/precompiles` to WebAssembly and answers the source of `src/generated/precompiles.generated.ts`.
 * @throws Error with the compiler's messages when the source does not compile
 */
export async function compilePrecompiles(): Promise<string> {
  let binary: Uint8Array | undefined;
  const messages: string[] = [];
  // Not a plain import: the package's types redefine globals such as `console` for the whole program.
  const compiler: string = "assemblyscript/asc";
  const { main } = (await import(compiler)) as { readonly main: AscMain };
  const options = ["--runtime", "stub", "-O3", "--initialMemory", "1", "--maximumMemory", "1", "--outFile", "out.wasm"];
  const { error } = await main(["index.ts", ...options], {
    readFile: (name) => read(join(assembly, name)),
    writeFile: (_name, contents) => {
      if (typeof contents !== "string") binary = Uint8Array.from(contents);
    },
    listFiles: () => [],
    stderr: { write: (text) => messages.push(String(text)) },
  });
  if (error !== null || binary === undefined) throw new Error(`precompiles do not compile: ${messages.join("")}`);
  return [
    "/** Compiled from assembly/precompiles by tools/build-precompiles.ts. */",
    `export const precompilesWasm = "${binary.toBase64()}";`,
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
