import { type Address, addressOf } from "@polis/codec";

/** The account whose code an EIP-7702 designator names; undefined for other code. */
export function delegateOf(code: Uint8Array): Address | undefined {
  if (code.length !== 23 || code[0] !== 0xef || code[1] !== 0x01 || code[2] !== 0x00) return undefined;
  return addressOf(code.subarray(3));
}
