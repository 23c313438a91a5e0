import type { Address, Digest, Fault, Height, Millis, Result } from "@polis/codec";

/** What the pool knows of a transaction, whatever its type; made by the chain's policy after full verification. */
export interface PoolTransaction {
  readonly hash: Digest;
  readonly envelope: Uint8Array;
  readonly sender: Address;
  readonly nonce: bigint;
  readonly gas: bigint;
  /** Highest price per gas that it pays, and its tip part: order and replacement (kairos M3, M4). */
  readonly feeCap: bigint;
  readonly tipCap: bigint;
  /** Most that it can take from the sender (value, and fee unless sponsored). */
  readonly senderCost: bigint;
  /** The sponsor and the most that it can lose. */
  readonly feePayer: Address | undefined;
  readonly feePayerCost: bigint;
  /** Unix seconds, 0 for none (kairos 7.4). */
  readonly validAfterS: number;
  readonly validBeforeS: number;
  /** The chain's decoded form, so that execution need not decode again. Opaque here. */
  readonly decoded: unknown;
}

/** Account facts at the tip on which the pool judges. Provided by the chain. */
export interface PoolAccounts {
  nonce(sender: Address): bigint;
  balance(account: Address): bigint;
  /**
   * The nonce at the last finalized block, which may be behind the tip. With it the pool keeps transactions that are in
   * unfinalized blocks until they are final, and offers them again when their branch is abandoned; without it they leave
   * when their sender is touched.
   */
  finalNonce?(sender: Address): bigint;
}

/** Limits of a pool (kairos 11.3). Every one is a hard bound; prices are per gas. */
export interface PoolConfig {
  readonly maxTransactions: number;
  readonly maxBytes: number;
  readonly maxPendingPerSender: number;
  readonly maxQueuedPerSender: number;
  readonly maxPerFeePayer: number;
  readonly maxNonceGap: number;
  readonly minFeeCap: bigint;
  readonly minReplacementBumpPercent: number;
  readonly ttlMs: Millis;
}

/** How full a pool is: numbers of transactions, and bytes of their envelopes. */
export interface PoolStatus {
  readonly pending: number;
  readonly queued: number;
  readonly bytes: number;
}

/** Bounded by count and bytes; nonce-ordered per sender, fee-ordered between senders (kairos 11). Pure and synchronous. */
export interface Mempool {
  /** M1 from the nonce check on: the caller has verified the transaction. Atomic: ok means it is in the pool. */
  add(now: Millis, timeS: number, transaction: PoolTransaction): Result<"pending" | "queued", Fault>;
  has(hash: Digest): boolean;
  get(hash: Digest): PoolTransaction | undefined;
  /**
   * Candidates for a block in the order of M4, lazily: the caller stops when the block is full and says `skip` when the
   * sender's later nonces must wait too. `dropped` ones leave the pool.
   */
  candidates(baseFee: bigint, timeS: number): Iterator<PoolTransaction, void, "taken" | "skip" | "drop" | undefined>;
  hasExecutable(baseFee: bigint, timeS: number): boolean;
  /**
   * M7: blocks were finalized (or a speculative branch abandoned): included hashes, touched accounts. With no hashes it
   * only judges the touched accounts anew, so it may also be called when the tip moved.
   */
  onFinalized(now: Millis, height: Height, included: readonly Digest[], touched: readonly Address[]): void;
  /** M8. */
  expire(now: Millis, timeS: number): readonly Digest[];
  /** Next nonce that would be executable for this sender, pool included. */
  nextNonce(sender: Address): bigint;
  status(): PoolStatus;
  /** All held, for persisting and txpool_*: bounded by the pool's own limits. */
  all(): Iterable<PoolTransaction>;
}
