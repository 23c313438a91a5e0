import type { Digest } from "@polis/codec";
import type { FinalityChain } from "../seam/chain.ts";
import type { BlockRef } from "../seam/types.ts";
import { ancestorAt, commonAncestor, parentOf } from "./ancestry.ts";
import { canSupport } from "./canSupport.ts";
import { highestSupported } from "./highestSupported.ts";
import type { VoteSet } from "./voteSet.ts";

/** What the votes of a round say (kratos-core 7.4). */
export interface Judgement {
  /** g(prevotes). */
  readonly ghost: BlockRef | undefined;
  /** E_r: what this round may still finalize; undefined without a ghost. */
  readonly estimate: BlockRef | undefined;
  readonly completable: boolean;
  /** g(precommits): final. */
  readonly finalized: BlockRef | undefined;
}

/** Judges a round from its votes. @param base the set's base, or a later final block */
export function judgeRound(prevotes: VoteSet, precommits: VoteSet, chain: FinalityChain, base: BlockRef): Judgement {
  const ghost = highestSupported(prevotes, chain, base);
  const finalized = highestSupported(precommits, chain, base);
  if (ghost === undefined) return { ghost, estimate: undefined, completable: false, finalized };
  const meetings = meet(precommits, chain, ghost);
  const estimate = estimateOf(precommits, chain, ghost, base, meetings);
  const completable = estimate.number < ghost.number || !canSupportAnyChild(precommits, chain, ghost, meetings);
  return { ghost, estimate, completable, finalized };
}

/** Where a target's chain leaves the ghost's. */
interface Meeting {
  readonly number: number;
  readonly target: BlockRef;
  readonly count: number;
}

function meet(precommits: VoteSet, chain: FinalityChain, ghost: BlockRef): Meeting[] {
  return precommits.targets().flatMap(({ block, count }) => {
    const common = commonAncestor(chain, block, ghost);
    return common === undefined ? [] : [{ number: common.number, target: block, count }];
  });
}

/** The highest ancestor-or-self of the ghost that the precommits can support, the base at the least. */
function estimateOf(
  precommits: VoteSet,
  chain: FinalityChain,
  ghost: BlockRef,
  base: BlockRef,
  meetings: readonly Meeting[],
): BlockRef {
  for (let block = ghost; ; ) {
    const count = meetings.reduce((sum, meeting) => sum + (meeting.number >= block.number ? meeting.count : 0), 0);
    if (canSupport(precommits, count)) return block;
    const parent = block.number > base.number ? parentOf(chain, block.hash) : undefined;
    if (parent === undefined) return block;
    block = parent;
  }
}

/** The child with the most precommits decides, and a child that nobody has named yet counts none. */
function canSupportAnyChild(
  precommits: VoteSet,
  chain: FinalityChain,
  ghost: BlockRef,
  meetings: readonly Meeting[],
): boolean {
  const counts = new Map<Digest, number>();
  for (const { number, target, count } of meetings) {
    if (number !== ghost.number || target.number === ghost.number) continue;
    const child = ancestorAt(chain, target, ghost.number + 1)!.hash;
    counts.set(child, (counts.get(child) ?? 0) + count);
  }
  return canSupport(precommits, Math.max(0, ...counts.values()));
}
