import { compileAssembly } from "./compileAssembly.ts";

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
export function compileKernel(traced: boolean): Promise<CompiledKernel> {
  // Warning 201 is about 64-bit pointers, which this kernel will never have.
  const options = ["--noAssert", "--disableWarning", "201", "--use", `TRACE=${traced ? 1 : 0}`];
  const source = { name: "the kernel", folder: "", entry: "index.ts" };
  return compileAssembly(source, [...options, "--textFile", "kernel.wat"]);
}

/** Source of the generated file that embeds a build. */
export function embed(binary: Uint8Array): string {
  return [
    "/** Compiled from assembly by tools/build.ts. */",
    `export const kernelWasm = "${binary.toBase64()}";`,
    "",
  ].join("\n");
}
