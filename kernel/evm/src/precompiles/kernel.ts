import { precompilesWasm } from "../generated/precompiles.generated.ts";

/** What assembly/precompiles exports; addresses are in its memory, which never grows. */
interface PrecompilesWasm {
  readonly memory: { readonly buffer: ArrayBuffer };
  bufferAt(): number;
  beginBlake2f(isLast: number): void;
  roundsOfBlake2f(rounds: number): void;
  endBlake2f(): void;
  modulusAt(): number;
  oneAt(): number;
  powerAt(): number;
  begin(limbs: number, negativeInverse: number, isBinary: number): void;
  append(bytes: number, length: number): void;
  square(times: number): void;
  end(): void;
}

/** The compiled part of the precompiles with its memory, and where in it the host leaves bytes and how many fit. */
export interface PrecompilesKernel {
  readonly kernel: PrecompilesWasm;
  readonly kernelMemory: Uint8Array;
  readonly kernelBuffer: { readonly at: number; readonly bytes: number };
}

let opened: PrecompilesKernel | undefined;

/**
 * Compiled when it is first called: who imports this package and runs no contract, such as a web page whose policy forbids
 * WebAssembly, compiles nothing. Every call writes what it later reads, so calls leave nothing to each other.
 */
export function openKernel(): PrecompilesKernel {
  opened ??= instantiate();
  return opened;
}

function instantiate(): PrecompilesKernel {
  const module = new WebAssembly.Module(Uint8Array.fromBase64(precompilesWasm));
  const kernel = new WebAssembly.Instance(module).exports as unknown as PrecompilesWasm;
  const kernelMemory = new Uint8Array(kernel.memory.buffer);
  return { kernel, kernelMemory, kernelBuffer: { at: kernel.bufferAt(), bytes: 8192 } };
}
