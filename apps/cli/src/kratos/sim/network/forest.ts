import { type Digest, height } from "@polis/codec";
import type { VoterSet } from "@polis/finality";
import { type Block, type DoneBlock, finality, type RecordedSet } from "@polis/kratos";
import { viewOf } from "../checkers/invariant.ts";
import type { Judge } from "../checkers/judge.ts";
import type { SimBlock, SimChain } from "../world/simChain.ts";

/** What checking a block gives: the block with its state, or the broken rule. */
export type Evaluated = SimBlock | string;

/**
 * All blocks that exist in a run. Applying one is a pure function, so that nodes share what the first of them found; the
 * producer's own result is compared with an import (I2).
 */
export class Forest {
  readonly #chain: SimChain;
  readonly #judge: Judge;
  readonly #evaluated = new WeakMap<Block, Evaluated>();
  readonly #sets = new WeakMap<SimBlock, readonly RecordedSet[]>();

  constructor(chain: SimChain, judge: Judge) {
    this.#chain = chain;
    this.#judge = judge;
  }

  /** Takes a block as its producer made it, and lets one other node check it. */
  produced(parent: SimBlock, done: DoneBlock): SimBlock {
    const imported = this.evaluate(parent, done.block);
    const own = this.#chain.attach(parent, done);
    if (typeof imported === "string") this.#judge.report("I2", done.block.header.number, `an import finds ${imported}`);
    else if (imported.tree.hash !== done.tree.hash) this.#judge.report("I2", done.block.header.number, "two roots");
    return typeof imported === "string" ? own : imported;
  }

  /** Checks a block that somebody sent. The same object is checked once, another one with the same hash again. */
  evaluate(parent: SimBlock, block: Block): Evaluated {
    const known = this.#evaluated.get(block);
    if (known !== undefined) return known;
    const { hash } = parent.tree;
    const done = this.#chain.import(parent, block);
    if (parent.tree.hash !== hash) this.#judge.report("I3", block.header.number, "an import changed its parent");
    const result = typeof done === "string" ? done : this.#chain.attach(parent, done);
    this.#evaluated.set(block, result);
    if (typeof result !== "string") this.#judge.look(viewOf(this.#chain.rules, parent.header, result));
    return result;
  }

  /** The voter sets of a branch since genesis, oldest first. */
  sets(block: SimBlock): readonly RecordedSet[] {
    const known = this.#sets.get(block);
    if (known !== undefined) return known;
    const before = block.parent === undefined ? [] : this.sets(block.parent);
    const now = block.entries.get(finality).sets;
    // A block that opens a set and records the last block of the one before drops that one at once: it ended at the parent.
    const gone = height(Math.max(0, block.header.number - 1));
    const ended = before.map((set) => now.find(({ id }) => id === set.id) ?? { ...set, handoff: set.handoff ?? gone });
    const opened = now.filter(({ id }) => !before.some((set) => set.id === id));
    const sets =
      opened.length === 0 && ended.every(({ handoff }, i) => handoff === before[i]!.handoff)
        ? before
        : [...ended, ...opened];
    this.#sets.set(block, sets);
    return sets;
  }

  /** The set that votes behind a final block, as a branch above it says. */
  setBehind(final: SimBlock, head: SimBlock): VoterSet {
    let base = this.#chain.first;
    for (const { id, voters, handoff } of this.sets(head)) {
      if (handoff === undefined || handoff > final.header.number) return { id, voters, base: refOf(base) };
      base = ancestorAt(head, handoff)!;
    }
    throw new Error("no set is open");
  }
}

/** A block by number and hash. */
export function refOf({ header, hash }: SimBlock): {
  readonly number: SimBlock["header"]["number"];
  readonly hash: Digest;
} {
  return { number: header.number, hash };
}

/** The block of a height on the branch of another. */
export function ancestorAt(block: SimBlock, number: number): SimBlock | undefined {
  let at: SimBlock | undefined = block;
  while (at !== undefined && at.header.number > number) at = at.parent;
  return at?.header.number === number ? at : undefined;
}
