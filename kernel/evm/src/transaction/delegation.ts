import { type Address, addressOf, addressToBytes } from "@polis/codec";

const DESIGNATOR_BYTES = 23;

/**
 * The address that an account delegates to (EIP-7702).
 * @param code an account's code; a designator is 0xef0100 followed by the address
 * @returns undefined when the code is anything else
 */
export function delegationOf(code: Uint8Array): Address | undefined {
  const isDesignator = code.length === DESIGNATOR_BYTES && code[0] === 0xef && code[1] === 0x01 && code[2] === 0x00;
  return isDesignator ? addressOf(code.subarray(3)) : undefined;
}

/** The code of an account that delegates to `target`; to the zero address it has none again. */
export function delegationTo(target: Address): Uint8Array {
  if (target === "0".repeat(40)) return new Uint8Array(0);
  const code = new Uint8Array(DESIGNATOR_BYTES);
  code.set([0xef, 0x01, 0x00]);
  code.set(addressToBytes(target), 3);
  return code;
}
