import type { Digest } from "@polis/codec";
import { MIN_VOTERS, type VoterSet } from "@polis/finality";
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

  /** The set that votes behind a final block. */
  setBehind(final: SimBlock, head: SimBlock): VoterSet {
    const { id, voters } = setFor(final, final.header.number + 1, head);
    return { id, voters, base: refOf(final) };
  }
}

/** The set of a height that a block's state knows; where it is of too few voters, the one that took its place by the head. */
export function setFor(block: SimBlock, number: number, head: SimBlock): RecordedSet {
  const found = setInForce(block, number);
  return found.voters.length < MIN_VOTERS ? setInForce(head, number) : found;
}

/** The set that votes for a height, in the state of a block that knows it. */
function setInForce({ entries }: SimBlock, number: number): RecordedSet {
  const found = entries.get(finality).sets.find(({ handoff }) => handoff === undefined || number <= handoff);
  if (found === undefined) throw new Error(`no set votes for block ${number}`);
  return found;
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
