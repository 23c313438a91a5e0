import { keccak256 } from "@polis/crypto";
import { RecentCache } from "@polis/state";
import type { Log } from "./log.ts";

/** Bytes of a logs bloom. */
export const bloomBytes = 256;

/** Positions of the three bits of an address or topic, eleven bits each, in one number below 2^33. */
const bitsOf = new RecentCache<string, number>(65_536);

/**
 * Sets the bits of some logs in every given bloom (yellow paper 4.3.1): three bits for the address and for each topic.
 * @param blooms 256 bytes each; usually the receipt's and the block's
 */
export function addToBloom(logs: readonly Log[], ...blooms: readonly Uint8Array[]): void {
  for (const log of logs) {
    setBits(log.address, blooms);
    for (const topic of log.topics) setBits(topic, blooms);
  }
}

function setBits(hex: string, blooms: readonly Uint8Array[]): void {
  let bits = bitsOf.get(hex);
  if (bits === undefined) {
    bits = threeBits(hex);
    bitsOf.set(hex, bits);
  }
  const third = bits % 2048;
  const second = (bits % 4_194_304) >>> 11;
  const first = Math.floor(bits / 4_194_304);
  for (const bloom of blooms) {
    set(bloom, first);
    set(bloom, second);
    set(bloom, third);
  }
}

function set(bloom: Uint8Array, bit: number): void {
  const at = 255 - (bit >>> 3);
  bloom[at] = bloom[at]! | (1 << (bit & 7));
}

function threeBits(hex: string): number {
  const hash = keccak256(Uint8Array.fromHex(hex));
  const bit = (at: number) => ((hash[at]! << 8) | hash[at + 1]!) & 2047;
  return bit(0) * 4_194_304 + bit(2) * 2048 + bit(4);
}
