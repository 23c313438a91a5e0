import { type Digest, encodeKce, type Millis } from "@polis/codec";
import { type AccountId, isSystemAccount } from "../identifiers.ts";
import { TRANSFER_FEE } from "../modules/accounts/transfer.ts";
import { priceCall } from "../runtime/applyTransaction.ts";
import { MAX_TRANSACTION_BYTES, type SignedTransaction, transactionHash } from "../transaction/transaction.ts";
import { chooseVictim } from "./evict.ts";
import { RateWindow } from "./rateWindow.ts";
import { expectedNonce, type Sender, waitingOf } from "./senderRun.ts";
import {
  MAX_NONCE,
  type PoolEntry,
  type PoolLimits,
  type PoolOptions,
  type PoolOutcome,
  type PoolRejection,
  type PoolStats,
  poolLimits,
} from "./types.ts";

/** Percent of the old fee that a replacement pays at least (kratos-core 2.7 (6)). */
const REPLACEMENT_PERCENT = 110n;
/** Percent; governance may change it with the companion part. */
const FEE_MULTIPLIER = 100n;

/** What became of the best chain, for the pool: bodies of blocks that it has now, and of those that it has no longer. */
export interface PoolHeadChange {
  readonly adopted: readonly (readonly SignedTransaction[])[];
  readonly abandoned: readonly (readonly SignedTransaction[])[];
}

/** Transactions that wait for a block (kratos-core 2.7). Time is the caller's. */
export class TransactionPool {
  readonly #options: PoolOptions;
  readonly #limits: PoolLimits;
  readonly #rate: RateWindow;
  /** In the order of arrival. */
  readonly #byHash = new Map<Digest, PoolEntry>();
  readonly #senders = new Map<AccountId, Sender>();
  readonly #waitingBySender = new Map<AccountId, number>();
  #waiting = 0;
  #exits = 0;
  #bytes = 0;
  #fees = 0n;
  #order = 0;
  #stats = { totalAdded: 0, totalRemoved: 0, totalEvicted: 0, totalRejected: 0, totalReplaced: 0 };

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#limits = options.limits ?? poolLimits;
    this.#rate = new RateWindow(this.#limits.submissions, this.#limits.rateWindowMs);
  }

  get size(): number {
    return this.#byHash.size;
  }

  /** Sum of all fees, in base units. */
  get totalFees(): bigint {
    return this.#fees;
  }

  get stats(): PoolStats {
    return { ...this.#stats };
  }

  get(hash: Digest): PoolEntry | undefined {
    return this.#byHash.get(hash);
  }

  /** Everything, in the order of arrival. */
  entries(): Iterable<PoolEntry> {
    return this.#byHash.values();
  }

  /** Transactions by account, for a selection. */
  senders(): Iterable<readonly [AccountId, ReadonlyMap<number, PoolEntry>]> {
    return this.#senders;
  }

  /** The next nonce of an account with its transactions here included. */
  nextNonce(account: AccountId): number {
    return expectedNonce(this.#senders.get(account), this.#options.account(account).nonce);
  }

  /** Takes a transaction, or says by which rule it is refused (kratos-core 2.7). */
  add(signed: SignedTransaction, now: Millis): PoolOutcome {
    return this.#add(signed, now, true);
  }

  /** Takes a transaction out. False when it is not here. */
  remove(hash: Digest): boolean {
    const entry = this.#byHash.get(hash);
    if (entry === undefined) return false;
    this.#drop(entry);
    this.#stats.totalRemoved++;
    return true;
  }

  /**
   * After every change of the head, when `account` reads its state already (kratos-core 2.7 (10)): what blocks took and what
   * is stale or expired leaves; what abandoned blocks held comes back.
   */
  headChanged({ adopted, abandoned }: PoolHeadChange, now: Millis): void {
    const touched = new Set([...adopted, ...abandoned].flat().map(({ transaction }) => transaction.sender));
    // Nonces have moved: what waits behind a gap now is counted before anything is judged by it.
    for (const account of touched) this.#countWaiting(account);
    for (const body of abandoned) for (const signed of body) this.#add(signed, now, false);
    for (const account of touched) this.#dropStale(account);
    this.#dropUseless();
    for (const { hash, arrivedAt } of [...this.#byHash.values()]) {
      if (now - arrivedAt < this.#limits.expiryMs) break;
      this.remove(hash);
    }
  }

  #add(signed: SignedTransaction, now: Millis, isSubmission: boolean): PoolOutcome {
    const hash = transactionHash(this.#options.codec, signed.transaction);
    const judged = this.#judge(signed, hash, now, isSubmission);
    if (typeof judged === "string") {
      this.#stats.totalRejected++;
      return { ok: false, reason: judged };
    }
    const { entry, replaced, victims } = judged;
    if (replaced !== undefined) {
      this.#drop(replaced);
      this.#stats.totalReplaced++;
    }
    for (const victim of victims) {
      this.#drop(victim);
      this.#stats.totalEvicted++;
    }
    this.#put(entry);
    this.#stats.totalAdded++;
    return { ok: true, hash, replaced: replaced?.hash };
  }

  /** Rules 1 to 8 in their order. No counter of an account is touched before its signature is checked (S15). */
  #judge(signed: SignedTransaction, hash: Digest, now: Millis, isSubmission: boolean) {
    const { rules, codec, account } = this.#options;
    const { sender, nonce, call } = signed.transaction;
    if (this.#byHash.has(hash)) return "DuplicateTransaction";
    const bytes = encodeKce(codec.signed, signed).length;
    if (bytes > MAX_TRANSACTION_BYTES) return "TransactionTooLarge";
    if (!rules.signatures.transaction(rules.chainIdentity, signed)) return "InvalidSignature";
    if (isSystemAccount(sender)) return "SystemSender";
    const priced = priceCall(rules.runtime, call, FEE_MULTIPLIER);
    const fee = (priced.baseFee + priced.tip) as PoolEntry["fee"];
    const isFree = priced.kind.rules.isFree === true;
    if (!isFree && fee < TRANSFER_FEE) return "FeeTooLow";
    if (isFree && !this.#options.admitsFree(signed.transaction)) return "NotAdmitted";
    if (isSubmission && !this.#rate.take(sender, now)) return "TooManySubmissions";
    if (nonce > MAX_NONCE) return "NonceTooHigh";
    const state = account(sender);
    const own = this.#senders.get(sender);
    const refused = this.#judgeNonce(own, nonce, state.nonce);
    if (refused !== undefined) return refused;
    const replaced = own?.get(nonce);
    if (replaced !== undefined && fee * 100n < replaced.fee * REPLACEMENT_PERCENT) return "RbfFeeInsufficient";
    if (replaced === undefined && (own?.size ?? 0) >= this.#limits.perAccount) return "TooManyPerAccount";
    if (state.free < fee + (priced.kind.rules.moves?.(priced.call.fields) ?? 0n)) return "InsufficientBalance";
    const entry = { signed, hash, class: priced.class, fee, bytes, arrivedAt: now, order: this.#order++ };
    const victims = this.#makeRoom(entry, replaced);
    return victims === undefined ? "PoolFull" : { entry, replaced, victims };
  }

  #judgeNonce(own: Sender | undefined, nonce: number, accountNonce: number): PoolRejection | undefined {
    if (nonce < accountNonce) return "NonceTooOld";
    const expected = expectedNonce(own, accountNonce);
    if (nonce > expected + this.#limits.nonceGap) return "InvalidNonce";
    if (nonce > expected && this.#waiting >= this.#limits.waiting) return "TooManyPendingGlobal";
    return undefined;
  }

  /** Who leaves for a newcomer; undefined when it does not get in. */
  #makeRoom(entry: PoolEntry, replaced: PoolEntry | undefined): readonly PoolEntry[] | undefined {
    const { transactions, bytes } = this.#limits;
    if (this.#bytes - (replaced?.bytes ?? 0) + entry.bytes > bytes) return undefined;
    if (replaced !== undefined || this.#byHash.size < transactions) return [];
    const victim = chooseVictim(this.#byHash.values(), entry, this.#exits, transactions);
    return victim && [victim];
  }

  #dropStale(account: AccountId): void {
    const { nonce } = this.#options.account(account);
    for (const entry of [...(this.#senders.get(account)?.values() ?? [])]) {
      if (entry.signed.transaction.nonce < nonce) this.remove(entry.hash);
    }
    this.#countWaiting(account);
  }

  /** A free call that no block can take any more would hold its account's nonce until it expires. */
  #dropUseless(): void {
    const { rules, admitsFree } = this.#options;
    const isUseless = ({ signed: { transaction } }: PoolEntry) =>
      transaction.call.name !== "WithTip" &&
      rules.runtime.kindOf(transaction.call).rules.isFree === true &&
      !admitsFree(transaction);
    for (const { hash } of [...this.#byHash.values()].filter(isUseless)) this.remove(hash);
  }

  #put(entry: PoolEntry): void {
    const { sender, nonce } = entry.signed.transaction;
    const own = this.#senders.get(sender) ?? new Map<number, PoolEntry>();
    this.#senders.set(sender, own.set(nonce, entry));
    this.#byHash.set(entry.hash, entry);
    this.#count(entry, 1);
    this.#countWaiting(sender);
  }

  #drop(entry: PoolEntry): void {
    const { sender, nonce } = entry.signed.transaction;
    const own = this.#senders.get(sender)!;
    own.delete(nonce);
    if (own.size === 0) this.#senders.delete(sender);
    this.#byHash.delete(entry.hash);
    this.#count(entry, -1);
    this.#countWaiting(sender);
  }

  #count({ bytes, fee, class: callClass }: PoolEntry, sign: 1 | -1): void {
    this.#bytes += sign * bytes;
    this.#fees += BigInt(sign) * fee;
    if (callClass === "X") this.#exits += sign;
  }

  #countWaiting(account: AccountId): void {
    const own = this.#senders.get(account);
    const now = own === undefined ? 0 : waitingOf(own, this.#options.account(account).nonce);
    this.#waiting += now - (this.#waitingBySender.get(account) ?? 0);
    if (now === 0) this.#waitingBySender.delete(account);
    else this.#waitingBySender.set(account, now);
  }
}
