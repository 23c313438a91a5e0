import type { Address, Millis } from "@polis/codec";
import type { HeapMember } from "./indexedHeap.ts";
import type { PoolAccounts, PoolConfig, PoolTransaction } from "./types.ts";

/** A transaction in the pool. */
export interface Entry {
  readonly transaction: PoolTransaction;
  /** Order of arrival, unique: the tie-break of kairos M4. */
  readonly arrival: number;
  readonly addedMs: Millis;
  readonly queue: SenderQueue;
  /** Most that this sender's transactions up to this one can take from it; counted from the first held one. */
  costSum: bigint;
  held: boolean;
}

/**
 * All transactions of one sender in nonce order. The first `pending` of them are pending, the rest are queued: so a
 * gap can only be behind the pending ones.
 */
export class SenderQueue implements HeapMember {
  readonly places = [-1, -1, -1];
  readonly sender: Address;
  readonly entries: Entry[] = [];
  pending = 0;
  /** Highest tip and earliest arrival among the pending ones: no candidate of this sender can come before these two. */
  bestTip = 0n;
  firstArrival = 0;
  /** The last pending and the last queued entry when the queue was last put into the eviction heaps. */
  pendingTail: Entry | undefined;
  queuedTail: Entry | undefined;

  constructor(sender: Address) {
    this.sender = sender;
  }

  /** Index of the first entry with at least this nonce. */
  indexOf(nonce: bigint): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle]!.transaction.nonce < nonce) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get lastPending(): Entry | undefined {
    return this.entries[this.pending - 1];
  }

  get lastQueued(): Entry | undefined {
    return this.entries.length > this.pending ? this.entries.at(-1) : undefined;
  }
}

/**
 * Decides anew which entries are pending (kairos M2): those below the tip's nonce, which are in unfinalized blocks,
 * and from the tip's nonce on those that follow without a gap, may be in a block now and can be paid.
 */
export function classify(queue: SenderQueue, accounts: PoolAccounts, config: PoolConfig, timeS: number): void {
  const { entries } = queue;
  let expected = accounts.nonce(queue.sender);
  const balance = accounts.balance(queue.sender);
  let spent = 0n;
  let sum = 0n;
  let open = true;
  queue.pending = 0;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    const { transaction } = entry;
    sum += transaction.senderCost;
    entry.costSum = sum;
    if (!open) continue;
    if (transaction.nonce >= expected) {
      spent += transaction.senderCost;
      open =
        transaction.nonce === expected &&
        spent <= balance &&
        i < config.maxPendingPerSender &&
        !startsLater(transaction, timeS) &&
        sponsorCanPay(transaction, accounts);
      if (!open) continue;
      expected++;
    }
    if (i === 0 || transaction.tipCap > queue.bestTip) queue.bestTip = transaction.tipCap;
    if (i === 0 || entry.arrival < queue.firstArrival) queue.firstArrival = entry.arrival;
    queue.pending = i + 1;
  }
}

/** True if the transaction may only be in blocks later than this time (kairos 7.4). */
export function startsLater(transaction: PoolTransaction, timeS: number): boolean {
  return transaction.validAfterS !== 0 && transaction.validAfterS >= timeS;
}

/** True if no block from this time on may hold the transaction (kairos 7.4). */
export function isOver(transaction: PoolTransaction, timeS: number): boolean {
  return transaction.validBeforeS !== 0 && transaction.validBeforeS <= timeS;
}

/** True if there is no fee payer, or it owns the most that it can lose by this transaction. */
export function sponsorCanPay(transaction: PoolTransaction, accounts: PoolAccounts): boolean {
  return transaction.feePayer === undefined || accounts.balance(transaction.feePayer) >= transaction.feePayerCost;
}
