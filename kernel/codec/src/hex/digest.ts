import type { Address, Digest } from "../units.ts";

/**
 * The map-key form of 32 bytes. Throws a RangeError on another length.
 * @example digestOf(new Uint8Array(32)) // "000…0"
 */
export function digestOf(bytes: Uint8Array): Digest {
  if (bytes.length !== 32) throw new RangeError(`a digest has 32 bytes, not ${bytes.length}`);
  return bytes.toHex() as Digest;
}

/** The 32 bytes of a Digest, in a new array. */
export function digestToBytes(digest: Digest): Uint8Array {
  return Uint8Array.fromHex(digest);
}

/** The map-key form of a 20-byte address. Throws a RangeError on another length. */
export function addressOf(bytes: Uint8Array): Address {
  if (bytes.length !== 20) throw new RangeError(`an address has 20 bytes, not ${bytes.length}`);
  return bytes.toHex() as Address;
}

/** The 20 bytes of an Address, in a new array. */
export function addressToBytes(address: Address): Uint8Array {
  return Uint8Array.fromHex(address);
}
