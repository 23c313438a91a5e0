import { asciiBytes, concatBytes, type Epoch, encodeKce, kceCounter, type Slot } from "@polis/codec";
import { blake3 } from "@polis/crypto";

const ACCUMULATOR = asciiBytes("KRATOS_RANDAO_V1:");
const EPOCH = asciiBytes("KRATOS_EPOCH_RANDOMNESS_V1:");
const INPUT = asciiBytes("KRATOS_VRF_PROOF_V1:");

/** The accumulator of genesis (kratos-core 6.6). @param seed the record's randomness seed, 32 bytes */
export function genesisAccumulator(seed: Uint8Array): Uint8Array {
  return blake3(concatBytes(ACCUMULATOR, seed));
}

/**
 * The accumulator after a block (kratos-core 6.6). A producer can only leave its slot empty: its output is unique.
 * @param vrfOutput 64 bytes, proved by the block
 */
export function accumulate(accumulator: Uint8Array, vrfOutput: Uint8Array): Uint8Array {
  return blake3(concatBytes(ACCUMULATOR, accumulator, vrfOutput));
}

/** R_e on entering an epoch, from the accumulator of that moment (kratos-core 6.6); R_0 from the one of genesis. */
export function epochRandomness(epoch: Epoch, accumulator: Uint8Array): Uint8Array {
  return blake3(concatBytes(EPOCH, encodeKce(kceCounter, epoch), accumulator));
}

/** What the producer of a slot proves its random output for (kratos-core 6.6). */
export function vrfInput(randomness: Uint8Array, slot: Slot): Uint8Array {
  return concatBytes(INPUT, randomness, encodeKce(kceCounter, slot));
}
