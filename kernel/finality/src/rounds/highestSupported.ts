import type { Digest } from "@polis/codec";
import type { FinalityChain } from "../seam/chain.ts";
import type { BlockRef } from "../seam/types.ts";
import { parentOf } from "./ancestry.ts";
import type { VoteSet } from "./voteSet.ts";

/**
 * g(S) of kratos-core 7.4: the highest block for which a quorum voted, itself or through descendants. Walks down from the
 * highest target and adds up the branches where they meet.
 * @param base final already: nothing below it is asked for
 */
export function highestSupported(votes: VoteSet, chain: FinalityChain, base: BlockRef): BlockRef | undefined {
  if (votes.seen < votes.quorum) return undefined;
  const waiting = [...votes.targets()];
  const branches = new Map<Digest, { block: BlockRef; count: number }>();
  const add = (block: BlockRef, count: number): void => {
    const branch = branches.get(block.hash);
    if (branch === undefined) branches.set(block.hash, { block, count });
    else branch.count += count;
  };
  for (let number: number = waiting[0]?.block.number ?? -1; number >= base.number; number--) {
    while (waiting[0]?.block.number === number) {
      const { block, count } = waiting.shift()!;
      add(block, count);
    }
    for (const { block, count } of branches.values()) {
      // At most one branch can have a quorum while at most f voters equivocate.
      if (count + votes.equivocators >= votes.quorum) return block;
    }
    const here = [...branches.values()];
    branches.clear();
    for (const { block, count } of here) {
      const parent = parentOf(chain, block.hash);
      if (parent !== undefined) add(parent, count);
    }
  }
  return undefined;
}
