import { type Address, addressOf, type Digest, digestOf, type Height, height } from "@polis/codec";
import { wrongField } from "./callError.ts";

/**
 * Reads an address. @throws INVALID_ARGUMENT naming the field (G2, G3)
 */
export function addressField(bytes: Uint8Array, name = "address"): Address {
  if (bytes.length !== 20) throw wrongField(name, `20 bytes, not ${bytes.length}`);
  return addressOf(bytes);
}

/** Reads a hash. @throws INVALID_ARGUMENT naming the field */
export function hashField(bytes: Uint8Array, name = "hash"): Digest {
  if (bytes.length !== 32) throw wrongField(name, `32 bytes, not ${bytes.length}`);
  return digestOf(bytes);
}

/** Reads a height. @throws INVALID_ARGUMENT at 2^53 and above (R32) */
export function heightField(value: bigint, name: string): Height {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw wrongField(name, "a height below 2^53");
  return height(Number(value));
}

/** Reads an amount in decimal; an empty text is 0. @throws INVALID_ARGUMENT naming the field */
export function amountField(text: string, name: string): bigint {
  if (text === "") return 0n;
  if (text.length > 78 || !/^\d+$/.test(text)) throw wrongField(name, "a decimal number");
  return BigInt(text);
}
