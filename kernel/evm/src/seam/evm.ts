import type { Address, Digest } from "@polis/codec";
import type { StateReader } from "@polis/state";
import type { ChainRules } from "./rules.ts";
import type { Tracer } from "./tracer.ts";
import type { BlockEnv, EvmTransaction, Execution, Invalid, Leniency } from "./transaction.ts";

/** The invalid transaction of a result: a value, because a peer may have sent it. */
export type InvalidTransaction = { readonly ok: false; readonly invalid: Invalid };

/** Receives what a transaction changed, in ascending order of address and slot. `StateOverlay` is one. */
export interface StateWriter {
  setAccount(address: Address, nonce: bigint, balance: bigint): void;
  setCode(address: Address, code: Uint8Array): void;
  setStorage(address: Address, slot: Digest, value: bigint): void;
  /** Removes code and storage, and the account unless a balance is left; called before `setAccount`. */
  destroy(address: Address): void;
}

/** Totals of a commit. */
export interface Committed {
  /** Sum of all changes of balances: minus the fee that was taken, plus mints, minus burns. */
  readonly balanceDelta: bigint;
  /** Accounts whose nonce or balance changed, ascending. */
  readonly touched: readonly Address[];
}

/**
 * One engine: a WebAssembly instance with its memory and its cache of analysed code. It executes one transaction at a
 * time, synchronously, and is used again for the next. Engines share nothing, so every thread and every simulated node
 * has its own.
 * @example
 * const evm = createEvm(rules);
 * const result = evm.execute(overlay, env, transaction);
 * if (result.ok) evm.commit(overlay);
 */
export interface Evm {
  readonly rules: ChainRules;
  /**
   * Executes a transaction on `state` without changing it. Total on any transaction and any code; an engine error
   * throws (E4). The changes wait for `commit` and are dropped by the next `execute`.
   */
  execute(
    state: StateReader,
    env: BlockEnv,
    transaction: EvmTransaction,
    leniency?: Leniency,
    tracer?: Tracer,
  ): { readonly ok: true; readonly value: Execution } | InvalidTransaction;
  /**
   * Calls a contract as the system does at the start of a block (EIP-2935, EIP-4788): sender 0xff..fe, 30 M gas of its
   * own, no fees, no value. Does nothing when there is no code.
   */
  systemCall(state: StateReader, env: BlockEnv, to: Address, input: Uint8Array): Execution | undefined;
  /** Hands the changes of the last execution to a writer. */
  commit(writer: StateWriter): Committed;
}

/** Limits of one engine. */
export interface EvmLimits {
  /** Bytes of analysed code that are kept between transactions. Default 32 MiB. */
  readonly codeCacheBytes: number;
  /**
   * 128 secret bits that a node draws once, so that nobody can choose addresses and slots that slow its tables down.
   * No result depends on it. Default 0.
   */
  readonly tableSeed: bigint;
}
