import { keccak256 } from "@polis/crypto";
import { RecentCache } from "@polis/state";

/** The three bit positions of what was asked for lately. */
const positions = new RecentCache<string, readonly number[]>(1_024);

/**
 * True when a bloom may contain an address or topic (yellow paper 4.3.1).
 * @param bloom 256 bytes
 * @param hex the address or topic, lower case, without prefix
 */
export function bloomHas(bloom: Uint8Array, hex: string): boolean {
  let bits = positions.get(hex);
  if (bits === undefined) {
    const hash = keccak256(Uint8Array.fromHex(hex));
    bits = [0, 2, 4].map((at) => ((hash[at]! << 8) | hash[at + 1]!) & 2047);
    positions.set(hex, bits);
  }
  return bits.every((bit) => (bloom[255 - (bit >>> 3)]! & (1 << (bit & 7))) !== 0);
}
