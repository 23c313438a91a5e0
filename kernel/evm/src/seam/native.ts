import type { Address, Digest } from "@polis/codec";
import type { SubstateReader } from "./substate.ts";

/**
 * A contract that the host runs in its own frame (kairos U11, U14). It is a generator, so that a call into other code
 * suspends it and call depth never becomes depth of the host's stack. It throws nothing but what `NativeFrame` throws;
 * any other exception is an engine error and stops the node (E4).
 * @example
 * function* echo(frame) { frame.charge(200); return { success: true, output: frame.input }; }
 */
export interface NativeContract {
  run(frame: NativeFrame): Generator<NativeCall, NativeOutcome, NativeCallResult>;
}

/** How a native frame ends. `success: false` reverts it and keeps the unused gas, as REVERT does. */
export interface NativeOutcome {
  readonly success: boolean;
  readonly output: Uint8Array;
}

/** A call that a native contract makes with no value, from its own address. Gas follows the 63/64 rule. */
export interface NativeCall {
  readonly to: Address;
  readonly input: Uint8Array;
  /** A STATICCALL instead of a CALL. */
  readonly isStatic: boolean;
}

/** What came back; `success` is false for a revert and for a halt. */
export interface NativeCallResult {
  readonly success: boolean;
  readonly output: Uint8Array;
}

/**
 * A native contract's own frame. Methods that cost gas throw a private exception when it runs out; writing inside a
 * static call throws likewise. The engine catches both and fails the frame with all its gas.
 */
export interface NativeFrame extends SubstateReader {
  /** The native contract's address. */
  readonly address: Address;
  readonly caller: Address;
  /** All of the calldata, copied when it is first asked for. No gas pays for that: see `readInput`. */
  readonly input: Uint8Array;
  readonly inputBytes: number;
  /**
   * A copy of part of the calldata, zeros where there is none. Calldata of any length costs its caller nothing, so a
   * contract reads no more of it than its gas pays for.
   */
  readInput(at: number, length: number): Uint8Array;
  /** Value that came with the call; already moved when the contract starts. */
  readonly value: bigint;
  readonly isStatic: boolean;
  readonly chainId: bigint;
  readonly timestampS: number;
  gasLeft(): bigint;
  charge(gas: number | bigint): void;
  /** SLOAD of the contract's own storage: warm 100, cold 2,100. */
  sload(slot: Digest): bigint;
  /** SSTORE to the contract's own storage with the prices and refunds of EIP-2200, 2929 and 3529. */
  sstore(slot: Digest, value: bigint): void;
  /** BALANCE: warm 100, cold 2,600. */
  readBalance(address: Address): bigint;
  /**
   * Writes a balance: 2,900, and 25,000 more when it creates the account (U14). No log, no value rule: the contract is
   * the authority. A delta that leaves 0..2^256-1 is a bug of the contract and asserts.
   */
  addBalance(address: Address, delta: bigint): void;
  /** LOGn of the contract's own address: 375 + 375 per topic + 8 per byte. */
  log(topics: readonly Digest[], data: Uint8Array): void;
  /** Price of account access for code that is about to be looked at or called (EIP-2929): warm 100, cold 2,600. */
  touchAccount(address: Address): void;
}
