import { type Address, address } from "@polis/codec";

/** A contract of the simulated genesis. */
export interface SimulatedContract {
  readonly address: Address;
  /** 0x hex. */
  readonly code: string;
}

/**
 * Small contracts that move value and state in every way that the rules of USDC know. Written by hand, one instruction
 * after the other, so that they depend on no compiler.
 */
export const contracts = {
  /** Counts calls per caller, sends half of the value to the address in the first word of data, and logs the value. */
  splitter: contract(1, [
    ["CALLER SLOAD PUSH1 1 ADD CALLER SSTORE", "33546001013355"],
    ["PUSH0 PUSH0 PUSH0 PUSH0 PUSH1 2 CALLVALUE DIV", "5f5f5f5f60023404"],
    ["PUSH0 CALLDATALOAD GAS CALL POP", "5f355af150"],
    ["CALLVALUE PUSH0 MSTORE CALLER PUSH1 32 PUSH0 LOG1 STOP", "345f523360205fa100"],
  ]),
  /** Creates a contract with the value, whose init code destroys it in favour of this one (kairos U6). */
  destroyer: contract(2, [
    ["PUSH2 0x33ff PUSH0 MSTORE", "6133ff5f52"],
    ["PUSH1 2 PUSH1 30 CALLVALUE CREATE POP STOP", "6002601e34f05000"],
  ]),
  /** Gives everything back. */
  reverter: contract(3, [["PUSH0 PUSH0 REVERT", "5f5ffd"]]),
  /** Runs until its gas is gone. */
  burner: contract(4, [["JUMPDEST PUSH0 JUMP", "5b5f56"]]),
  /** Init code: stores 1 and leaves a contract without code that keeps the value. */
  creation: Uint8Array.fromHex("60015f555f5ff3"),
};

function contract(index: number, parts: readonly (readonly [meaning: string, hex: string])[]): SimulatedContract {
  return {
    address: address(`c0de${index.toString(16).padStart(36, "0")}`),
    code: `0x${parts.map(([, hex]) => hex).join("")}`,
  };
}
