import type { Digest } from "@polis/codec";
import { seconds, slot } from "@polis/codec";
import { type AccountId, epochData, type Header, type KratosBackend, leaderOf, State } from "@polis/kratos";
import { firstSlot, slotAt } from "@polis/slots";

/** One slot of the epoch. */
export interface SlotView {
  readonly slot: number;
  /** `unread`: its block is known but was not looked at yet. */
  readonly is: "final" | "produced" | "missed" | "late" | "now" | "ahead" | "unread";
  readonly leader: AccountId | undefined;
  readonly number?: number;
  readonly transactions?: number;
}

/** The slots of the head's epoch. */
export interface StripView {
  readonly epoch: number;
  /** The slot that the clock shows. */
  readonly now: number | undefined;
  readonly slots: readonly SlotView[];
  readonly produced: number;
  readonly missed: number;
}

interface Seen {
  readonly hash: Digest;
  readonly parent: Digest;
  readonly slot: number;
  readonly number: number;
  readonly transactions: number;
}

/** Blocks that one look may read from the disk: a look at a long epoch is completed by the next ones. */
const READS = 60;

/**
 * Follows the blocks of the current epoch, so that each look reads only what is new. Leaders of an epoch are drawn once: its
 * schedule does not change (kratos-core 6.4).
 */
export class SlotStrip {
  readonly #backend: KratosBackend;
  /** Blocks of the epoch from the head downwards. */
  #seen: Seen[] = [];
  #leaders: { readonly key: string; readonly list: readonly (AccountId | undefined)[] } | undefined;

  constructor(backend: KratosBackend) {
    this.#backend = backend;
  }

  /** @param nowMs Unix time */
  look(nowMs: number): StripView {
    const { tree } = this.#backend.reader;
    const { clock } = tree.rules;
    const { epoch } = tree.head.header;
    const isComplete = this.#follow(epoch);
    const blocks = new Map(this.#seen.map((block) => [block.slot, block]));
    const first = firstSlot(clock, epoch);
    const now = slotAt(clock, seconds(Math.floor(nowMs / 1_000)));
    const oldest = this.#seen.at(-1)?.slot ?? tree.head.header.slot;
    const leaders = this.#leadersOf(first, clock.slotsPerEpoch);
    const slots = leaders.map((leader, i): SlotView => {
      const at = first + i;
      const block = blocks.get(at);
      if (block !== undefined) {
        const { number, transactions } = block;
        const is = number <= tree.final.header.number ? "final" : "produced";
        return { slot: at, is, leader, number, transactions };
      }
      // The slot of genesis has no leader and no duty.
      if (at === 0) return { slot: at, is: "final", leader: undefined, number: 0, transactions: 0 };
      if (at < oldest && !isComplete) return { slot: at, is: "unread", leader };
      if (at < tree.head.header.slot) return { slot: at, is: "missed", leader };
      const isOver = now !== undefined && at < now;
      return { slot: at, is: isOver ? "late" : at === now ? "now" : "ahead", leader };
    });
    const count = (...kinds: readonly SlotView["is"][]) => slots.filter(({ is }) => kinds.includes(is)).length;
    return { epoch, now, slots, produced: count("final", "produced"), missed: count("missed") };
  }

  /** Brings the list up to the head. @returns whether it reaches the epoch's first block */
  #follow(epoch: number): boolean {
    const { reader } = this.#backend;
    const { head } = reader.tree;
    const known = new Map(this.#seen.map((block, i) => [block.hash, i]));
    const fresh: Seen[] = [];
    let at: Digest = head.hash;
    let reads = 0;
    for (;;) {
      const i = known.get(at);
      if (i !== undefined) {
        this.#seen = [...fresh, ...this.#seen.slice(i)].filter((block) => block.slot >= this.#firstSlot(epoch));
        const rest = this.#seen.at(-1)!.parent;
        return this.#readOn(rest, epoch, READS - reads);
      }
      const block = reads < READS ? reader.block(at) : undefined;
      reads++;
      if (block === undefined || block.header.epoch !== epoch || block.header.number === 0) {
        this.#seen = fresh;
        return block !== undefined;
      }
      fresh.push(seenOf(at, block.header, block.transactions.length));
      at = block.header.parentHash;
    }
  }

  /** Reads on below what is known. */
  #readOn(from: Digest, epoch: number, reads: number): boolean {
    let at = from;
    for (let i = 0; i < reads; i++) {
      const block = this.#backend.reader.block(at);
      if (block === undefined || block.header.epoch !== epoch || block.header.number === 0) return true;
      this.#seen.push(seenOf(at, block.header, block.transactions.length));
      at = block.header.parentHash;
    }
    return false;
  }

  #firstSlot(epoch: number): number {
    return epoch * this.#backend.reader.tree.rules.clock.slotsPerEpoch;
  }

  #leadersOf(first: number, count: number): readonly (AccountId | undefined)[] {
    const state = new State(this.#backend.reader.tree.head.entries);
    const key = `${first} ${state.get(epochData).randomness.at(-1)!.value.toHex()}`;
    if (this.#leaders?.key !== key) {
      this.#leaders = { key, list: Array.from({ length: count }, (_, i) => leaderOf(state, slot(first + i))) };
    }
    return this.#leaders.list;
  }
}

function seenOf(hash: Digest, { parentHash, slot: at, number }: Header, transactions: number): Seen {
  return { hash, parent: parentHash, slot: at, number, transactions };
}
