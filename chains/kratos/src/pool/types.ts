import type { Digest, Krat12, Millis } from "@polis/codec";
import type { ChainRules } from "../block/applyBlock.ts";
import type { AccountId } from "../identifiers.ts";
import type { Account } from "../modules/accounts/account.ts";
import type { CallClass } from "../runtime/call.ts";
import type { SignedTransaction, Transaction, TransactionCodec } from "../transaction/transaction.ts";

/** Limits of kratos-core 2.7. */
export interface PoolLimits {
  readonly transactions: number;
  readonly perAccount: number;
  readonly nonceGap: number;
  /** Transactions that wait behind a gap, in the whole pool. */
  readonly waiting: number;
  readonly expiryMs: number;
  /** Submissions of one account in `rateWindowMs`. */
  readonly submissions: number;
  readonly rateWindowMs: number;
  /** Encoded bytes of all transactions: not in the specification, so that memory is bounded too. */
  readonly bytes: number;
}

/** The limits of a production chain. */
export const poolLimits: PoolLimits = {
  transactions: 10_000,
  perAccount: 100,
  nonceGap: 2,
  waiting: 500,
  expiryMs: 3_600_000,
  submissions: 50,
  rateWindowMs: 60_000,
  bytes: 256_000_000,
};

/** Nonces above are never taken (kratos-core 2.6). */
export const MAX_NONCE = 500_000_000;

/** Why a transaction is not taken. */
export type PoolRejection =
  | "DuplicateTransaction"
  | "TransactionTooLarge"
  | "InvalidSignature"
  | "SystemSender"
  | "FeeTooLow"
  | "NotAdmitted"
  | "TooManySubmissions"
  | "NonceTooHigh"
  | "NonceTooOld"
  | "InvalidNonce"
  | "TooManyPendingGlobal"
  | "RbfFeeInsufficient"
  | "TooManyPerAccount"
  | "InsufficientBalance"
  | "PoolFull";

/** A transaction in the pool. */
export interface PoolEntry {
  readonly signed: SignedTransaction;
  readonly hash: Digest;
  readonly class: CallClass;
  /** Base fee and tip. */
  readonly fee: Krat12;
  readonly bytes: number;
  readonly arrivedAt: Millis;
  /** Rises with every arrival. */
  readonly order: number;
}

/** The outcome of a submission. */
export type PoolOutcome =
  | { readonly ok: true; readonly hash: Digest; readonly replaced: Digest | undefined }
  | { readonly ok: false; readonly reason: PoolRejection };

/** What a pool has done since it began (kratos-core 13.3). */
export interface PoolStats {
  readonly totalAdded: number;
  readonly totalRemoved: number;
  readonly totalEvicted: number;
  readonly totalRejected: number;
  readonly totalReplaced: number;
}

/** What a pool works with. */
export interface PoolOptions {
  readonly rules: Pick<ChainRules, "runtime" | "chainIdentity" | "signatures">;
  readonly codec: TransactionCodec;
  /** The account in the state of the head. */
  readonly account: (id: AccountId) => Account;
  /** Whether a block upon the head could take a free call: only those may wait here without a fee. */
  readonly admitsFree: (transaction: Transaction) => boolean;
  readonly limits?: PoolLimits;
}
