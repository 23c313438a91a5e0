import type { KernelExports, KernelImports } from "./kernelExports.ts";

type InstanceConstructor = new (
  module: WebAssembly.Module,
  imports: { readonly host: KernelImports },
) => { readonly exports: KernelExports };

const Instance = WebAssembly.Instance as unknown as InstanceConstructor;

/** Compiles an embedded build. */
export function compileModule(base64: string): WebAssembly.Module {
  return new WebAssembly.Module(Uint8Array.fromBase64(base64));
}

/** A new kernel with its own memory. */
export function instantiateKernel(module: WebAssembly.Module, host: KernelImports): KernelExports {
  return new Instance(module, { host }).exports;
}
