import type { Block } from "../block/block.ts";
import type { PeerName } from "../wire/link.ts";

/** Blocks in a request (kratos-core 12.11). */
export const BATCH = 50;
/** Blocks that a step gives for import, and transactions in them, so that the network is served in between (kratos-core 12.1). */
const SLICE = 16;
const SLICE_TRANSACTIONS = 200;
/** Blocks that are asked for or wait for import at most. */
const MAX_AHEAD = 300;
/** Bytes that wait for import before no more is asked for. */
const MAX_WAITING_BYTES = 33_554_432;

/** Blocks of consecutive numbers. */
export interface Range {
  readonly from: number;
  readonly count: number;
}

/** A block with who delivered it. */
export interface Delivered {
  readonly peer: PeerName;
  readonly block: Block;
}

interface Batch {
  readonly peer: PeerName;
  readonly blocks: readonly Block[];
  readonly bytesPerBlock: number;
}

/** One pass over the blocks above the head: what is asked for, what has come, what is imported next. */
export class Download {
  /** Answers name their pass: those of an older one are too late. */
  readonly plan: number;
  #nextAsked: number;
  #nextImport: number;
  readonly #holes: Range[] = [];
  readonly #batches = new Map<number, Batch>();
  #waiting = 0;
  #waitingBytes = 0;

  /** @param from the first block that is missing */
  constructor(plan: number, from: number) {
    this.plan = plan;
    this.#nextAsked = from;
    this.#nextImport = from;
  }

  /** The next blocks to ask for, up to a height; holes first. Undefined when enough is on its way. */
  next(upTo: number): Range | undefined {
    if (this.#nextAsked - this.#nextImport >= MAX_AHEAD && this.#holes.length === 0) return undefined;
    if (this.#waitingBytes >= MAX_WAITING_BYTES) return undefined;
    const [hole] = this.#holes;
    if (hole !== undefined) return hole;
    const count = Math.min(BATCH, upTo - this.#nextAsked + 1);
    return count > 0 ? { from: this.#nextAsked, count } : undefined;
  }

  /** The range of `next` is asked for. */
  asked({ from, count }: Range): void {
    const [hole] = this.#holes;
    if (hole?.from === from) {
      this.#holes.shift();
      if (count < hole.count) this.#holes.unshift({ from: from + count, count: hole.count - count });
    }
    this.#nextAsked = Math.max(this.#nextAsked, from + count);
  }

  /** Blocks of a range came, its first ones at least; the rest is asked for again. */
  came({ from, count }: Range, peer: PeerName, blocks: readonly Block[], bytes: number): void {
    const bytesPerBlock = Math.ceil(bytes / blocks.length);
    this.#batches.set(from, { peer, blocks, bytesPerBlock });
    this.#waiting += blocks.length;
    this.#waitingBytes += bytesPerBlock * blocks.length;
    if (blocks.length >= count) return;
    this.#holes.push({ from: from + blocks.length, count: count - blocks.length });
    this.#holes.sort((a, b) => a.from - b.from);
  }

  /** The peer has no blocks from here on after all. */
  ends(at: number): void {
    for (const [i, hole] of [...this.#holes.entries()].reverse()) if (hole.from >= at) this.#holes.splice(i, 1);
  }

  /** True when a block waits that comes next. */
  get isReady(): boolean {
    return this.#batches.has(this.#nextImport);
  }

  /** True when nothing waits for import and no range has to be asked for again. */
  get isIdle(): boolean {
    return this.#waiting === 0 && this.#holes.length === 0;
  }

  /** The next few blocks, in order; one at least when one is ready. */
  take(): readonly Delivered[] {
    const found: Delivered[] = [];
    let transactions = 0;
    while (found.length < SLICE && transactions < SLICE_TRANSACTIONS) {
      const next = this.#takeOne();
      if (next === undefined) break;
      found.push(next);
      transactions += next.block.transactions.length;
    }
    return found;
  }

  #takeOne(): Delivered | undefined {
    const batch = this.#batches.get(this.#nextImport);
    if (batch === undefined) return undefined;
    const [block, ...rest] = batch.blocks;
    this.#batches.delete(this.#nextImport);
    this.#nextImport++;
    this.#waiting--;
    this.#waitingBytes -= batch.bytesPerBlock;
    if (rest.length > 0) this.#batches.set(this.#nextImport, { ...batch, blocks: rest });
    return { peer: batch.peer, block: block! };
  }
}
