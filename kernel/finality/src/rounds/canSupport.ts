import type { VoteSet } from "./voteSet.ts";

/**
 * Whether a block that `count` non-equivocating voters vote for can still get a quorum (kratos-core 7.4): by equivocators,
 * by voters not seen yet, and by those against it that may still equivocate.
 */
export function canSupport(votes: VoteSet, count: number): boolean {
  const { n, quorum, seen, equivocators, sparePower } = votes;
  const against = seen - equivocators - count;
  return equivocators + count + (n - seen) + Math.min(against, sparePower) >= quorum;
}
