import { encodeValues } from "./abi/encodeValues.ts";

/** A revert of a method, with what the caller finds as return data. A value, because any caller can cause one. */
export class Refusal {
  readonly output: Uint8Array;

  constructor(output: Uint8Array) {
    this.output = output;
  }
}

/** Selector of `Error(string)`. */
const errorSelector = Uint8Array.of(0x08, 0xc3, 0x79, 0xa0);

/** A revert with a reason, as Solidity's `require` encodes it. Made once per text. */
export function refusal(reason: string): Refusal {
  return new Refusal(encodeValues(["string"], [reason], errorSelector));
}

/** A revert without a word: unknown selectors, malformed arguments, value with a call. */
export const bareRefusal: Refusal = new Refusal(new Uint8Array(0));
