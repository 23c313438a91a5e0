import type { Justification } from "@polis/finality";
import type { RecordedSet } from "@polis/kratos";
import type { Judge } from "../checkers/judge.ts";
import type { SimBlock } from "../world/simChain.ts";

/** Votes that a set of n needs, from the table of kratos-core 7.1 restated: more than two thirds. */
function quorum(n: number): number {
  let votes = 1;
  while (3 * votes <= 2 * n) votes++;
  return votes;
}

/** Watches what all nodes call final (I30, I31, I32). */
export class FinalityOracle {
  readonly #judge: Judge;
  readonly #final = new Map<number, string>();
  #highest = 0;

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  /** The highest block that any node calls final. */
  get highest(): number {
    return this.#highest;
  }

  /** A node makes a block final that stood upon `before`, and whose set in force is `set`. */
  finalized(before: SimBlock, block: SimBlock, justification: Justification, set: RecordedSet): void {
    const { number } = block.header;
    const signers = new Set(justification.precommits.map(({ validator }) => validator));
    const members = set.voters.filter((voter) => signers.has(voter)).length;
    if (justification.set !== set.id) {
      this.#judge.report("I32", number, `set ${justification.set} justifies a block of set ${set.id}`);
    } else if (members < quorum(set.voters.length)) {
      this.#judge.report("I32", number, `${members} signatures of ${set.voters.length} voters`);
    }
    let at: SimBlock | undefined = block;
    while (at !== undefined && at.header.number > before.header.number) {
      const known = this.#final.get(at.header.number);
      if (known !== undefined && known !== at.hash) this.#judge.report("I30", at.header.number, "two final blocks");
      this.#final.set(at.header.number, at.hash);
      at = at.parent;
    }
    if (at !== before) this.#judge.report("I31", number, "a final block is reverted");
    this.#highest = Math.max(this.#highest, number);
  }
}
