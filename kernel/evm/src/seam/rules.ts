import type { Address, Digest } from "@polis/codec";
import type { NativeContract } from "./native.ts";
import type { SubstateReader } from "./substate.ts";

/** Hard forks whose rules the EVM knows. Each includes those before it. */
export type Fork = "cancun" | "prague" | "osaka";

/**
 * What a chain changes about Ethereum. All members absent: Ethereum itself, as its public tests expect it.
 */
export interface ChainRules {
  readonly fork: Fork;
  /**
   * Judges every movement of value > 0 between two different accounts (transaction value, CALL, CREATE, SELFDESTRUCT)
   * at the moment it happens, and may log it. False makes the frame fail like an insufficient balance.
   */
  readonly onValue?: ValueRule;
  /** False: a 7702 tuple of this authority is skipped like an invalid one. */
  readonly mayDelegate?: (state: SubstateReader, authority: Address) => boolean;
  /** Contracts that the host runs. Code calls, not delegate calls, reach them (kairos U14). */
  readonly natives?: ReadonlyMap<Address, NativeContract>;
  /** SELFDESTRUCT in favour of itself leaves the balance where it is, also for a contract of this transaction (U6). */
  readonly keepsDestroyedBalance?: boolean;
  /**
   * "burnAndTip" is Ethereum: the base fee vanishes, the tip reaches the beneficiary at the end of each transaction.
   * "collect" credits nobody: the chain takes both parts from the result (F4).
   */
  readonly fees: "burnAndTip" | "collect";
}

/** See `ChainRules.onValue`. `log` appends a log to the frame that moves the value, without gas. */
export type ValueRule = (
  state: SubstateReader,
  move: { readonly from: Address; readonly to: Address; readonly amount: bigint },
  log: (log: EvmLog) => void,
) => boolean;

/** One log. Topics are 32 bytes each, at most four. */
export interface EvmLog {
  readonly address: Address;
  readonly topics: readonly Digest[];
  readonly data: Uint8Array;
}
