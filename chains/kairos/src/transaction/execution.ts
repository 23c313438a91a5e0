import type { Address, Digest, Height, Result } from "@polis/codec";
import type { BlockEnv, Evm, Leniency } from "@polis/evm";
import type { PoolTransaction } from "@polis/mempool";
import type { StateOverlay } from "@polis/state";
import type { TransactionFault } from "../errors.ts";
import type { KairosParams } from "../params.ts";
import type { Log } from "../receipt/log.ts";
import type { FaceRules } from "../usdc/faceRules.ts";
import type { Money } from "../usdc/money.ts";
import type { DecodedTransaction, VerifiedTransaction } from "./types.ts";

/** What a transaction sees of its block (kairos E2), and what it may change. */
export interface BlockContext {
  readonly params: KairosParams;
  readonly number: Height;
  readonly timestampS: number;
  readonly baseFee: bigint;
  readonly beneficiary: Address;
  readonly prevRandao: Digest;
  readonly parentHash: Digest;
  readonly state: StateOverlay;
  readonly money: Money;
  /** The restrictions as they are now; replaced behind a transaction that changes them. */
  face: FaceRules;
  readonly evm: Evm;
  /** The block as the EVM shows it to contracts (kairos E2). */
  readonly env: BlockEnv;
  /** Checks that a development chain leaves out; empty on every other. */
  readonly leniency: Leniency;
  /** Accounts whose nonce or balance changed: the pool looks at them again (M7). */
  readonly touched: Set<Address>;
}

/** What an executed transaction leaves. It is in the block even with status 0 (kairos 7.2). */
export interface Outcome {
  readonly status: 0 | 1;
  readonly gasUsed: bigint;
  readonly logs: readonly Log[];
  /** Fees that await their credit at the end of the block (F4), 10^-18 USDC. */
  readonly basePart: bigint;
  readonly tipPart: bigint;
}

/**
 * All that one transaction type needs: the seam between the ledger and a type. A new type is a new entry in the table
 * of `decodeTransaction.ts` and nothing else.
 */
export interface TransactionHandler<T extends DecodedTransaction> {
  /** Reads an envelope whose size is checked; total on peer input. */
  decode(envelope: Uint8Array, hash: Digest, params: Pick<KairosParams, "chainId" | "tx">): Result<T, TransactionFault>;
  /** Checks the signatures and derives the sender (K3). */
  verify(transaction: T): Result<Address, TransactionFault>;
  /** Checks T1-T10 at the position and executes. On a fault the state is as before. */
  execute(context: BlockContext, verified: VerifiedTransaction<T>): Result<Outcome, TransactionFault>;
  /** Accounts that U12 looks at when the pool admits the transaction; a sender that is recovered is not among them. */
  parties(transaction: T): readonly Address[];
  /** What the pool needs to know. */
  poolEntry(verified: VerifiedTransaction<T>): PoolTransaction;
}
