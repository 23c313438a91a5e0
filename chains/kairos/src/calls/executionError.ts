import { type Address, bytesToHex0x } from "@polis/codec";
import { type Execution, type Halt, haltText, type Invalid, revertReason } from "@polis/evm";
import { type ApiError, refusal } from "../api/method.ts";

/**
 * What went wrong in an execution (kairos J6): code 3 with data and decoded reason for a revert, -32000 for a halt.
 * @returns undefined when it succeeded
 */
export function executionError(execution: Pick<Execution, "halt" | "output" | "status">): ApiError | undefined {
  const { halt, output, status } = execution;
  if (status === 1) return undefined;
  if (halt !== "revert") return refusal(-32000, halt === undefined ? "execution failed" : textOf(halt)).error;
  const reason = revertReason(output);
  const message = reason === undefined ? "execution reverted" : `execution reverted: ${reason}`;
  return refusal(3, message, bytesToHex0x(output)).error;
}

/** On this chain a value also stays where it is when an account is blacklisted or transfers are paused (kairos U12, U13). */
function textOf(halt: Halt): string {
  const text = haltText(halt);
  return halt === "insufficientBalance" ? `${text}, a blacklisted account or paused transfers` : text;
}

/** The refusal of a call that is not valid on its state; texts as Ethereum's clients give them. */
export function invalidCall(invalid: Invalid, from: Address, gas: bigint): ApiError {
  return refusal(-32000, invalidText(invalid, from, gas)).error;
}

function invalidText(invalid: Invalid, from: Address, gas: bigint): string {
  switch (invalid.why) {
    case "insufficientFunds": {
      const { have, want } = invalid;
      return `insufficient funds for gas * price + value: address 0x${from} have ${have} want ${want}`;
    }
    case "intrinsicGas":
      return `intrinsic gas too low: have ${gas}, want ${invalid.want}`;
    case "nonceTooLow":
    case "nonceTooHigh":
      return `${invalid.why === "nonceTooLow" ? "nonce too low" : "nonce too high"}: next nonce ${invalid.expected}`;
    case "nonceOverflow":
      return "nonce has max value";
    case "senderHasCode":
      return `sender not an eoa: address 0x${from}`;
    case "gasLimitTooHigh":
      return `gas limit too high: have ${gas}, max ${invalid.max}`;
    case "initCodeTooLarge":
      return "max initcode size exceeded";
    case "noAuthorizations":
      return "a set code transaction needs at least one authorization";
  }
}
