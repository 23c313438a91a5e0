import type { Digest, Epoch } from "@polis/codec";
import { parentOf } from "../rounds/ancestry.ts";
import type { VoteSet } from "../rounds/voteSet.ts";
import type { FinalityChain } from "../seam/chain.ts";
import type { BlockRef, FinalityVote, Justification } from "../seam/types.ts";
import { MAX_ANCESTRY } from "../votes/encodeVote.ts";

/** Which round the precommits are of. */
export interface RoundName {
  readonly set: Epoch;
  readonly round: number;
}

/**
 * The justification of the highest block, from `highest` down to above `final`, that a quorum of voters really precommitted:
 * an equivocator counts for what it signed and for nothing else, because a verifier sees only that (kratos-core 7.6).
 * @returns undefined when no such block has a quorum yet, or when its targets are too far above it
 */
export function buildJustification(
  precommits: VoteSet,
  chain: FinalityChain,
  name: RoundName,
  highest: BlockRef,
  final: BlockRef,
): Justification | undefined {
  for (let block: BlockRef | undefined = highest; block !== undefined && block.number > final.number; ) {
    const votes = votesFor(precommits, chain, block);
    if (votes.length >= precommits.quorum) return assemble(votes, chain, name, block);
    block = parentOf(chain, block.hash);
  }
  return undefined;
}

interface Path {
  readonly vote: FinalityVote;
  /** Hashes from the target down to above the block. */
  readonly hashes: readonly Digest[];
}

/** One vote of each voter for the block, by voter. */
function votesFor(precommits: VoteSet, chain: FinalityChain, block: BlockRef): Path[] {
  const found = new Map<Digest, Path>();
  for (const vote of precommits.votes()) {
    const hashes = pathTo(chain, vote.target, block);
    if (hashes !== undefined && !found.has(vote.voter)) found.set(vote.voter, { vote, hashes });
  }
  return [...found.values()].sort((a, b) => (a.vote.voter < b.vote.voter ? -1 : 1));
}

function pathTo(chain: FinalityChain, target: BlockRef, block: BlockRef): readonly Digest[] | undefined {
  const hashes: Digest[] = [];
  let at: BlockRef | undefined = target;
  while (at !== undefined && at.number > block.number) {
    hashes.push(at.hash);
    at = parentOf(chain, at.hash);
  }
  return at?.hash === block.hash ? hashes : undefined;
}

function assemble(
  paths: readonly Path[],
  chain: FinalityChain,
  name: RoundName,
  block: BlockRef,
): Justification | undefined {
  const linked = [...new Set(paths.flatMap(({ hashes }) => hashes))].sort((a, b) => (a < b ? -1 : 1));
  const ancestry = linked.map((hash) => chain.header(hash));
  if (ancestry.length > MAX_ANCESTRY || !ancestry.every((header) => header !== undefined)) return undefined;
  const precommits = paths.map(({ vote: { target, voter, signature } }) => ({ target, validator: voter, signature }));
  return { ...name, block, precommits, ancestry };
}
