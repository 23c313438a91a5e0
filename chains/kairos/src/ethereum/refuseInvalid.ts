import type { Invalid } from "@polis/evm";
import { refuse, type TransactionFault } from "../errors.ts";

/** The refusal (kairos 7.6) for what makes a transaction invalid in the EVM (T4-T8). */
export function refuseInvalid(invalid: Invalid): { readonly ok: false; readonly fault: TransactionFault } {
  switch (invalid.why) {
    case "nonceTooLow":
      return refuse("NONCE_TOO_LOW", `next nonce ${invalid.expected}`);
    case "nonceTooHigh":
      return refuse("NONCE_TOO_HIGH", `next nonce ${invalid.expected}`);
    case "nonceOverflow":
      return refuse("INVALID_FORMAT", "nonce must be below 2^64-1");
    case "senderHasCode":
      return refuse("INVALID_FORMAT", "sender not an eoa");
    case "insufficientFunds":
      return refuse("INSUFFICIENT_BALANCE", `have ${invalid.have} want ${invalid.want}`);
    case "intrinsicGas":
      return refuse("LIMIT_EXCEEDED", `intrinsic gas too low: minimum needed ${invalid.want}`);
    case "gasLimitTooHigh":
      return refuse("LIMIT_EXCEEDED", `gas limit above ${invalid.max}`);
    case "initCodeTooLarge":
      return refuse("LIMIT_EXCEEDED", "max initcode size exceeded");
    case "noAuthorizations":
      return refuse("INVALID_FORMAT", "a set code transaction needs at least one authorization");
  }
}
