import { type Address, type Digest, type Fault, type Height, type Millis, ok, type Result } from "@polis/codec";
import { type Admission, judge, refuse } from "./admission.ts";
import { type CandidateAnswer, Candidates, executableTip } from "./candidates.ts";
import type { MempoolFaultCode } from "./errors.ts";
import { makeRoom } from "./makeRoom.ts";
import { nextNonceOf } from "./nextNonce.ts";
import { PoolIndex } from "./poolIndex.ts";
import { type Entry, isOver, SenderQueue } from "./senderQueue.ts";
import type { Mempool, PoolAccounts, PoolConfig, PoolStatus, PoolTransaction } from "./types.ts";

/**
 * An empty pool (kairos 11).
 * @param accounts facts at the tip on which the next block is built; read anew at every operation
 * @example
 * const pool = createMempool(config, accounts);
 * const added = pool.add(now, timeS, transaction);
 * if (!added.ok) answer(added.fault.code);
 */
export function createMempool(config: PoolConfig, accounts: PoolAccounts): Mempool {
  return new SenderOrderedMempool(config, accounts);
}

class SenderOrderedMempool implements Mempool {
  readonly #index: PoolIndex;
  /** Dropped by a builder, and still in the index while its iterator reads it. */
  #dropped: Entry[] = [];
  #arrivals = 0;
  /** No held entry arrived, or ends, before these. */
  #oldestMs = Number.POSITIVE_INFINITY;
  #firstEndS = Number.POSITIVE_INFINITY;
  /** A sender that had an executable transaction when last asked. */
  #witness: SenderQueue | undefined;

  constructor(config: PoolConfig, accounts: PoolAccounts) {
    this.#index = new PoolIndex(config, accounts);
  }

  add(now: Millis, timeS: number, transaction: PoolTransaction): Result<"pending" | "queued", Fault<MempoolFaultCode>> {
    const index = this.#current(timeS);
    if (this.#isFull(transaction)) this.#expire(now, timeS);
    const queue = index.senders.get(transaction.sender) ?? new SenderQueue(transaction.sender);
    const admission = judge(index, queue, transaction, timeS);
    if (!admission.ok) return admission;
    if (transaction.envelope.length > index.config.maxBytes) return refuse("MEMPOOL_FULL");
    const entry = { transaction, arrival: this.#arrivals++, addedMs: now, queue, costSum: 0n, held: false };
    this.#put(entry, admission);
    if (makeRoom(index, entry, admission.replaced)) return refuse("MEMPOOL_FULL");
    this.#oldestMs = Math.min(this.#oldestMs, now);
    if (transaction.validBeforeS !== 0) this.#firstEndS = Math.min(this.#firstEndS, transaction.validBeforeS);
    return ok(queue.indexOf(transaction.nonce) < queue.pending ? "pending" : "queued");
  }

  has(hash: Digest): boolean {
    return this.#settled().byHash.has(hash);
  }

  get(hash: Digest): PoolTransaction | undefined {
    return this.#settled().byHash.get(hash)?.transaction;
  }

  candidates(baseFee: bigint, timeS: number): Iterator<PoolTransaction, void, CandidateAnswer> {
    const { byTip, accounts } = this.#current(timeS);
    const version = () => this.#index.version;
    const drop = (entry: Entry) => void this.#dropped.push(entry);
    return new Candidates({ byTip, accounts, version, drop, done: () => void this.#settled() }, baseFee, timeS);
  }

  hasExecutable(baseFee: bigint, timeS: number): boolean {
    const { byTip, accounts } = this.#current(timeS);
    const canExecute = (queue: SenderQueue): boolean => {
      const nonce = accounts.nonce(queue.sender);
      const place = queue.indexOf(nonce);
      return place < queue.pending && executableTip(queue.entries[place]!.transaction, nonce, baseFee, timeS) >= 0n;
    };
    // Asked after every change: the sender that could go last time mostly still can.
    if (this.#witness === undefined || !canExecute(this.#witness)) this.#witness = byTip.members.find(canExecute);
    return this.#witness !== undefined;
  }

  onFinalized(_now: Millis, _height: Height, included: readonly Digest[], touched: readonly Address[]): void {
    const index = this.#settled();
    const queues = new Set<SenderQueue>();
    for (const hash of included) {
      const entry = index.byHash.get(hash);
      if (entry === undefined) continue;
      index.remove(entry);
      queues.add(entry.queue);
    }
    for (const address of touched) {
      const queue = index.senders.get(address);
      if (queue !== undefined) queues.add(queue);
      for (const entry of index.byFeePayer.get(address) ?? []) queues.add(entry.queue);
    }
    const { accounts } = index;
    for (const queue of queues) {
      const nonce = accounts.finalNonce?.(queue.sender) ?? accounts.nonce(queue.sender);
      for (const entry of queue.entries.slice(0, queue.indexOf(nonce))) index.remove(entry);
      index.reclassify(queue);
    }
  }

  expire(now: Millis, timeS: number): readonly Digest[] {
    this.#current(timeS);
    return this.#expire(now, timeS);
  }

  nextNonce(sender: Address): bigint {
    const { senders, accounts } = this.#settled();
    return nextNonceOf(senders.get(sender), accounts.nonce(sender));
  }

  status(): PoolStatus {
    const { byHash, pending, bytes } = this.#settled();
    return { pending, queued: byHash.size - pending, bytes };
  }

  *all(): Iterable<PoolTransaction> {
    for (const { transaction } of this.#settled().byHash.values()) yield transaction;
  }

  /** The index without what builders dropped. */
  #settled(): PoolIndex {
    const dropped = this.#dropped;
    if (dropped.length > 0) {
      this.#dropped = [];
      for (const entry of dropped) this.#index.remove(entry);
      for (const queue of new Set(dropped.map((entry) => entry.queue))) this.#index.reclassify(queue);
    }
    return this.#index;
  }

  #current(timeS: number): PoolIndex {
    const index = this.#settled();
    index.advance(timeS);
    return index;
  }

  #put(entry: Entry, { place, replaced, appends }: Admission): void {
    const index = this.#index;
    const { queue, transaction } = entry;
    if (replaced !== undefined) index.remove(replaced);
    const before = queue.entries[place - 1]?.costSum ?? 0n;
    index.insert(entry, place);
    if (!appends) {
      index.reclassify(queue);
      return;
    }
    entry.costSum = before + transaction.senderCost;
    queue.pending++;
    index.pending++;
    if (transaction.tipCap > queue.bestTip) queue.bestTip = transaction.tipCap;
    index.place(queue);
  }

  #isFull({ envelope }: PoolTransaction): boolean {
    const { byHash, bytes, config } = this.#index;
    return byHash.size >= config.maxTransactions || bytes + envelope.length > config.maxBytes;
  }

  /** Kairos M8. Looks at the whole pool only when something can have expired. */
  #expire(now: Millis, timeS: number): readonly Digest[] {
    const index = this.#index;
    const { ttlMs } = index.config;
    if (now - this.#oldestMs < ttlMs && timeS < this.#firstEndS) return [];
    const gone: Entry[] = [];
    this.#oldestMs = Number.POSITIVE_INFINITY;
    this.#firstEndS = Number.POSITIVE_INFINITY;
    for (const entry of index.byHash.values()) {
      const { validBeforeS } = entry.transaction;
      if (now - entry.addedMs >= ttlMs || isOver(entry.transaction, timeS)) {
        gone.push(entry);
        continue;
      }
      this.#oldestMs = Math.min(this.#oldestMs, entry.addedMs);
      if (validBeforeS !== 0) this.#firstEndS = Math.min(this.#firstEndS, validBeforeS);
    }
    for (const entry of gone) index.remove(entry);
    for (const queue of new Set(gone.map((entry) => entry.queue))) index.reclassify(queue);
    return gone.map((entry) => entry.transaction.hash);
  }
}
