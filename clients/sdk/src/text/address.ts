import { type Address, addressOf, asciiBytes, type Digest, digestOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { SdkError } from "../errors/sdkError.ts";
import { type Hex, hexOf, readHexText, shorten } from "./hex.ts";

/**
 * Reads an address as people write it: all lower case, all upper case, or with the checksum of EIP-55.
 * @throws SdkError ADDRESS for another form or a wrong checksum: a mistyped address is money lost
 * @example parseAddress("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"); // => "f39fd6e51aad88f6f4ce6ab8827279cfffb92266"
 */
export function parseAddress(text: string): Address {
  const bytes = readHexText(text, 20);
  if (bytes?.length !== 20) {
    throw new SdkError("ADDRESS", `not an address: ${shorten(text)}`, "write 0x and 40 hex characters");
  }
  const address = addressOf(bytes);
  const digits = text.slice(2);
  const isPlain = digits === digits.toLowerCase() || digits === digits.toUpperCase();
  if (!isPlain && checksumAddress(address) !== text) {
    const hint = "one of its characters is wrong: copy the address again";
    throw new SdkError("ADDRESS", `the checksum of ${text} is wrong (EIP-55)`, hint);
  }
  return address;
}

/**
 * An address as wallets show it, with the checksum of EIP-55 in the case of its letters.
 * @example checksumAddress("f39fd6e51aad88f6f4ce6ab8827279cfffb92266"); // => "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
 */
export function checksumAddress(address: Address): Hex {
  const hash = hexOf(keccak256(asciiBytes(address))).slice(2);
  let text = "";
  for (let i = 0; i < 40; i++) {
    const digit = address[i]!;
    text += hash[i]! >= "8" ? digit.toUpperCase() : digit;
  }
  return `0x${text}`;
}

/**
 * Reads the hash of a block or of a transaction.
 * @throws SdkError HASH for another form
 * @example parseHash(`0x${"AB".repeat(32)}`); // => "ab".repeat(32)
 */
export function parseHash(text: string): Digest {
  const bytes = readHexText(text, 32);
  if (bytes?.length !== 32) {
    throw new SdkError("HASH", `not a hash: ${shorten(text)}`, "write 0x and 64 hex characters");
  }
  return digestOf(bytes);
}
