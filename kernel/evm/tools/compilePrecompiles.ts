import { compileAssembly } from "./compileAssembly.ts";

/**
 * Compiles `assembly/precompiles` to WebAssembly and answers the source of `src/generated/precompiles.generated.ts`.
 * @throws Error with the compiler's messages when the source does not compile
 */
export async function compilePrecompiles(): Promise<string> {
  const source = { name: "the precompiles", folder: "precompiles", entry: "index.ts" };
  const { binary } = await compileAssembly(source, ["--initialMemory", "1", "--maximumMemory", "1"]);
  return [
    "/** Compiled from assembly/precompiles by tools/build-precompiles.ts. */",
    `export const precompilesWasm = "${binary.toBase64()}";`,
    "",
  ].join("\n");
}
