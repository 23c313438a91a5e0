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

/** The compiled part of the precompiles. Every call writes what it later reads, so calls leave nothing to each other. */
export const kernel = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.fromBase64(precompilesWasm)))
  .exports as PrecompilesWasm;

/** The memory of `kernel`. */
export const kernelMemory = new Uint8Array(kernel.memory.buffer);

/** Where the host leaves bytes for `kernel` and how many fit. */
export const kernelBuffer = { at: kernel.bufferAt(), bytes: 8192 } as const;
