import { asciiBytes, readU32 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";

/**
 * The selector of a method: the first four bytes of the Keccak-256 of its signature, as a number.
 * @example selectorOf("transfer(address,uint256)") // 0xa9059cbb
 */
export function selectorOf(signature: string): number {
  return readU32(keccak256(asciiBytes(signature)), 0);
}
