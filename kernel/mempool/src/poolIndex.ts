import type { Address, Digest } from "@polis/codec";
import { comesBefore } from "./candidates.ts";
import { IndexedHeap } from "./indexedHeap.ts";
import { classify, type Entry, type SenderQueue, startsLater } from "./senderQueue.ts";
import type { PoolAccounts, PoolConfig } from "./types.ts";

/**
 * Every way in which the pool looks up its transactions, kept in step: by hash, by sender and nonce, by fee payer, by
 * tip for building, and by fee cap for eviction. Every change of a queue ends with `reclassify`.
 */
export class PoolIndex {
  readonly config: PoolConfig;
  readonly accounts: PoolAccounts;
  readonly byHash = new Map<Digest, Entry>();
  readonly senders = new Map<Address, SenderQueue>();
  readonly byFeePayer = new Map<Address, Set<Entry>>();
  readonly byTip = new IndexedHeap<SenderQueue>(0, comesBefore);
  /** Eviction order of kairos M6: the sender whose last queued, or last pending, transaction pays least comes first. */
  readonly worstQueued = new IndexedHeap<SenderQueue>(1, (a, b) => paysLess(a.queuedTail!, b.queuedTail!));
  readonly worstPending = new IndexedHeap<SenderQueue>(2, (a, b) => paysLess(a.pendingTail!, b.pendingTail!));
  pending = 0;
  bytes = 0;
  /** Counts changes of `byTip`. */
  version = 0;
  /** Unix seconds of the latest operation; time windows are judged by it. */
  timeS = 0;
  /** The earliest validAfter for which a transaction waits. */
  nextStartS = Number.POSITIVE_INFINITY;

  constructor(config: PoolConfig, accounts: PoolAccounts) {
    this.config = config;
    this.accounts = accounts;
  }

  /** Puts an entry into all maps and into its queue at `place`; its queue must be reclassified then. */
  insert(entry: Entry, place: number): void {
    const { queue, transaction } = entry;
    queue.entries.splice(place, 0, entry);
    entry.held = true;
    this.senders.set(queue.sender, queue);
    this.byHash.set(transaction.hash, entry);
    this.bytes += transaction.envelope.length;
    if (transaction.feePayer === undefined) return;
    const sponsored = this.byFeePayer.get(transaction.feePayer);
    if (sponsored === undefined) this.byFeePayer.set(transaction.feePayer, new Set([entry]));
    else sponsored.add(entry);
  }

  /** Takes an entry out of all maps and its queue; its queue must be reclassified then. */
  remove(entry: Entry): void {
    const { queue, transaction } = entry;
    if (!entry.held) return;
    entry.held = false;
    const place = queue.indexOf(transaction.nonce);
    queue.entries.splice(place, 1);
    if (place < queue.pending) {
      queue.pending--;
      this.pending--;
    }
    this.byHash.delete(transaction.hash);
    this.bytes -= transaction.envelope.length;
    if (transaction.feePayer === undefined) return;
    const sponsored = this.byFeePayer.get(transaction.feePayer)!;
    sponsored.delete(entry);
    if (sponsored.size === 0) this.byFeePayer.delete(transaction.feePayer);
  }

  /** Promotes and demotes a sender's transactions, drops what is beyond its limit, and forgets an empty sender. */
  reclassify(queue: SenderQueue): void {
    const before = queue.pending;
    classify(queue, this.accounts, this.config, this.timeS);
    this.pending += queue.pending - before;
    while (queue.entries.length - queue.pending > this.config.maxQueuedPerSender) this.remove(queue.lastQueued!);
    for (let i = queue.pending; i < queue.entries.length; i++) {
      const { transaction } = queue.entries[i]!;
      if (startsLater(transaction, this.timeS)) this.nextStartS = Math.min(this.nextStartS, transaction.validAfterS);
    }
    this.place(queue);
  }

  /** Moves a queue to its place in the heaps after its entries changed. */
  place(queue: SenderQueue): void {
    this.version++;
    queue.pendingTail = queue.lastPending ?? queue.pendingTail;
    queue.queuedTail = queue.lastQueued ?? queue.queuedTail;
    if (queue.pending > 0) {
      this.byTip.put(queue);
      this.worstPending.put(queue);
    } else {
      this.byTip.remove(queue);
      this.worstPending.remove(queue);
    }
    if (queue.entries.length > queue.pending) this.worstQueued.put(queue);
    else this.worstQueued.remove(queue);
    if (queue.entries.length > 0) return;
    this.senders.delete(queue.sender);
    queue.pendingTail = undefined;
    queue.queuedTail = undefined;
  }

  /** Takes note of the time: transactions whose validAfter has passed may become pending. */
  advance(timeS: number): void {
    this.timeS = timeS;
    if (timeS <= this.nextStartS) return;
    this.nextStartS = Number.POSITIVE_INFINITY;
    for (const queue of this.worstQueued.members.slice()) this.reclassify(queue);
  }
}

/** Lower fee cap first, then the later arrival. */
function paysLess(a: Entry, b: Entry): boolean {
  const first = a.transaction.feeCap;
  const second = b.transaction.feeCap;
  return first < second || (first === second && a.arrival > b.arrival);
}
