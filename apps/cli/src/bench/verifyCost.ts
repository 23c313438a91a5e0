import { ed25519 } from "@polis/crypto";
import { timeIt } from "./timeIt.ts";

const BATCHES = 10;

/**
 * Time of one Ed25519 verification of a 32-byte message on one thread, in microseconds: the fastest of ten batches, because
 * it stands for what the processor could do at most.
 * @param minMs of measuring in all
 */
export function measureVerifyUs(minMs: number): number {
  const seed = new Uint8Array(32).fill(5);
  const message = new Uint8Array(32).fill(7);
  const publicKey = ed25519.publicKey(seed);
  const signature = ed25519.sign(message, seed);
  if (!ed25519.verify(message, signature, publicKey)) throw new Error("the benchmark's signature does not hold");
  const batch = () => timeIt(() => ed25519.verify(message, signature, publicKey), minMs / BATCHES);
  return Math.min(...Array.from({ length: BATCHES }, batch));
}
