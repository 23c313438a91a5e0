import { Heap } from "./heap.ts";
import type { IndexedHeap } from "./indexedHeap.ts";
import { type Entry, isOver, type SenderQueue, startsLater } from "./senderQueue.ts";
import type { PoolAccounts, PoolTransaction } from "./types.ts";

/** The answer of a builder about the last candidate. */
export type CandidateAnswer = "taken" | "skip" | "drop" | undefined;

/** What the iterator needs of its pool. */
export interface CandidateSource {
  /** All senders with pending transactions, the highest tip first. */
  readonly byTip: IndexedHeap<SenderQueue>;
  readonly accounts: PoolAccounts;
  /** Changes whenever `byTip` does. */
  version(): number;
  /** Takes the transaction out of the pool, at the latest before the pool's next operation. */
  drop(entry: Entry): void;
  /** No more candidates are wanted, or there are none. */
  done(): void;
}

interface Candidate {
  readonly entry: Entry;
  readonly index: number;
  readonly tip: bigint;
}

/**
 * Candidates in the order of kairos M4. The pool's heap is ordered by an upper bound that does not depend on the base
 * fee (the sender's highest tip, and its earliest arrival), and is read from the top without changing it: a sender is
 * opened only when its bound could come before the best known candidate. So a block of k transactions costs O(k log k)
 * however large the pool is, unless many senders are held back by their fee cap.
 */
export class Candidates implements Iterator<PoolTransaction, void, CandidateAnswer> {
  readonly #source: CandidateSource;
  readonly #baseFee: bigint;
  readonly #timeS: number;
  readonly #opened = new Set<SenderQueue>();
  readonly #best = new Heap<Candidate>(
    (a, b) => a.tip > b.tip || (a.tip === b.tip && a.entry.arrival < b.entry.arrival),
  );
  #frontier: Heap<number>;
  #version: number;
  #finished = false;
  #last: Candidate | undefined;

  constructor(source: CandidateSource, baseFee: bigint, timeS: number) {
    this.#source = source;
    this.#baseFee = baseFee;
    this.#timeS = timeS;
    this.#frontier = this.#newFrontier();
    this.#version = source.version();
  }

  next(answer?: CandidateAnswer): IteratorResult<PoolTransaction, void> {
    this.#settle(answer);
    if (this.#finished) return { done: true, value: undefined };
    if (this.#version !== this.#source.version()) this.#restart();
    for (;;) {
      const best = this.#best.top;
      const place = this.#frontier.top;
      if (place !== undefined && (best === undefined || this.#mayComeBefore(place, best))) {
        this.#frontier.pop();
        this.#open(place);
        continue;
      }
      if (best === undefined) return this.return();
      this.#best.pop();
      if (!best.entry.held) continue;
      this.#last = best;
      return { done: false, value: best.entry.transaction };
    }
  }

  return(): IteratorResult<PoolTransaction, void> {
    this.#last = undefined;
    this.#finished = true;
    this.#source.done();
    return { done: true, value: undefined };
  }

  #settle(answer: CandidateAnswer): void {
    const last = this.#last;
    this.#last = undefined;
    if (last === undefined || answer === "skip") return;
    if (answer === "drop") this.#source.drop(last.entry);
    else this.#offer(last.entry.queue, last.index + 1, last.entry.transaction.nonce + 1n);
  }

  #newFrontier(): Heap<number> {
    const { members } = this.#source.byTip;
    const frontier = new Heap<number>((a, b) => comesBefore(members[a]!, members[b]!));
    if (members.length > 0) frontier.push(0);
    return frontier;
  }

  /** The pool changed between two candidates: places moved, so the way down starts again. */
  #restart(): void {
    this.#frontier = this.#newFrontier();
    this.#version = this.#source.version();
  }

  #mayComeBefore(place: number, best: Candidate): boolean {
    const queue = this.#source.byTip.members[place]!;
    return queue.bestTip > best.tip || (queue.bestTip === best.tip && queue.firstArrival < best.entry.arrival);
  }

  #open(place: number): void {
    const { members } = this.#source.byTip;
    const queue = members[place]!;
    if (2 * place + 1 < members.length) this.#frontier.push(2 * place + 1);
    if (2 * place + 2 < members.length) this.#frontier.push(2 * place + 2);
    if (this.#opened.has(queue)) return;
    this.#opened.add(queue);
    const nonce = this.#source.accounts.nonce(queue.sender);
    // Lower nonces are in blocks between the last finalized one and the tip: skipped here, removed when final.
    this.#offer(queue, queue.indexOf(nonce), nonce);
  }

  #offer(queue: SenderQueue, index: number, nonce: bigint): void {
    // After a change of the pool an entry may have moved within its queue.
    const known = queue.entries[index];
    const at = known !== undefined && known.transaction.nonce === nonce ? index : queue.indexOf(nonce);
    const entry = queue.entries[at];
    if (entry === undefined || at >= queue.pending) return;
    const tip = executableTip(entry.transaction, nonce, this.#baseFee, this.#timeS);
    if (tip >= 0n) this.#best.push({ entry, index: at, tip });
  }
}

/**
 * The effective tip of a transaction that is next in its sender's order, or -1n if it cannot be in the next block.
 * @param nonce the nonce that must come next
 */
export function executableTip(transaction: PoolTransaction, nonce: bigint, baseFee: bigint, timeS: number): bigint {
  if (transaction.nonce !== nonce || startsLater(transaction, timeS) || isOver(transaction, timeS)) return -1n;
  const room = transaction.feeCap - baseFee;
  if (room < 0n) return -1n;
  const wanted = transaction.tipCap;
  if (wanted <= room) return wanted;
  return room;
}

/** Order of the senders' bounds: higher tip, then earlier arrival. */
export function comesBefore(a: SenderQueue, b: SenderQueue): boolean {
  return a.bestTip > b.bestTip || (a.bestTip === b.bestTip && a.firstArrival < b.firstArrival);
}
