import { openKernel } from "./kernel.ts";
import type { Precompile } from "./types.ts";

/** Rounds, state, block, counter and a flag. */
const inputBytes = 4 + 64 + 128 + 16 + 1;

/** A long call would stay in slow code; a multiple of ten, after which the schedule begins again. */
const ROUNDS_PER_CALL = 10_000;

/** 0x09: the compression function of BLAKE2b (EIP-152). One gas a round. */
export const blake2f: Precompile = {
  gas: (input) => (input.length === inputBytes ? BigInt(roundsOf(input)) : 0n),
  run(input) {
    if (input.length !== inputBytes || input[inputBytes - 1]! > 1) return undefined;
    const { kernel, kernelMemory, kernelBuffer } = openKernel();
    kernelMemory.set(input.subarray(4, inputBytes - 1), kernelBuffer.at);
    kernel.beginBlake2f(input[inputBytes - 1]!);
    for (let left = roundsOf(input); left > 0; left -= ROUNDS_PER_CALL)
      kernel.roundsOfBlake2f(left < ROUNDS_PER_CALL ? left : ROUNDS_PER_CALL);
    kernel.endBlake2f();
    return kernelMemory.slice(kernelBuffer.at, kernelBuffer.at + 64);
  },
};

function roundsOf(input: Uint8Array): number {
  return new DataView(input.buffer, input.byteOffset, 4).getUint32(0);
}
