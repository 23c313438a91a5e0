import type { Address, Digest } from "@polis/codec";
import type { EvmLog, NativeContract, SubstateReader } from "@polis/evm";

/** A message call that a test sends as a transaction of its own. */
export interface TestCall {
  readonly from: Address;
  /** Default: the face. */
  readonly to?: Address;
  readonly data: Uint8Array;
  readonly value?: bigint;
  /** Gas of the call itself, intrinsic gas not included. Default 1,000,000. */
  readonly gas?: bigint;
}

/** What became of it. A failed call has changed nothing. */
export interface TestResult {
  readonly success: boolean;
  readonly output: Uint8Array;
  readonly logs: readonly EvmLog[];
  /** Intrinsic gas and refunds not included. */
  readonly gasUsed: bigint;
}

/** A chain with nothing but the face, in which tests call it: over a double of the engine, or over the engine. */
export interface FaceWorld extends SubstateReader {
  timestampS: number;
  call(call: TestCall): TestResult;
  setAccount(address: Address, balance: bigint, code?: Uint8Array): void;
  setStorage(address: Address, slot: Digest, value: bigint): void;
  /** Puts a contract of the host at an address: wallets and tokens of tests, the same over both. */
  setContract(address: Address, contract: NativeContract): void;
}
