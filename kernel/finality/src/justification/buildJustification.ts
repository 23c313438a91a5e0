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
 * A vote whose target is so far above the block that the headers between have no room is left out, so that nobody can hold a
 * block back by voting for a far descendant.
 * @returns undefined when no such block has a quorum yet
 */
export function buildJustification(
  precommits: VoteSet,
  chain: FinalityChain,
  name: RoundName,
  highest: BlockRef,
  final: BlockRef,
): Justification | undefined {
  // Further down no target of the votes for the highest is near enough.
  const lowest = Math.max(final.number + 1, highest.number - MAX_ANCESTRY);
  for (let block: BlockRef | undefined = highest; block !== undefined && block.number >= lowest; ) {
    const paths = linkable(votesFor(precommits, chain, block));
    if (paths.length >= precommits.quorum) return assemble(paths, chain, name, block);
    block = parentOf(chain, block.hash);
  }
  return undefined;
}

interface Path {
  readonly vote: FinalityVote;
  /** Hashes from the target down to above the block. */
  readonly hashes: readonly Digest[];
}

/** The shortest way of each voter to the block, by voter. */
function votesFor(precommits: VoteSet, chain: FinalityChain, block: BlockRef): Path[] {
  const found = new Map<Digest, Path>();
  for (const vote of precommits.votes()) {
    const hashes = pathTo(chain, vote.target, block);
    const other = found.get(vote.voter);
    if (hashes === undefined || (other !== undefined && other.hashes.length <= hashes.length)) continue;
    found.set(vote.voter, { vote, hashes });
  }
  return [...found.values()].sort(byVoter);
}

/** As many as the headers have room for, the shortest ways first; by voter. */
function linkable(paths: readonly Path[]): readonly Path[] {
  const linked = new Set<Digest>();
  return paths
    .toSorted((a, b) => a.hashes.length - b.hashes.length || byVoter(a, b))
    .filter(({ hashes }) => {
      const more = hashes.filter((hash) => !linked.has(hash));
      if (linked.size + more.length > MAX_ANCESTRY) return false;
      for (const hash of more) linked.add(hash);
      return true;
    })
    .sort(byVoter);
}

function byVoter(a: Path, b: Path): number {
  return a.vote.voter < b.vote.voter ? -1 : 1;
}

function pathTo(chain: FinalityChain, target: BlockRef, block: BlockRef): readonly Digest[] | undefined {
  const hashes: Digest[] = [];
  let at: BlockRef | undefined = target;
  while (at !== undefined && at.number > block.number && hashes.length <= MAX_ANCESTRY) {
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
  if (!ancestry.every((header) => header !== undefined)) return undefined;
  const precommits = paths.map(({ vote: { target, voter, signature } }) => ({ target, validator: voter, signature }));
  return { ...name, block, precommits, ancestry };
}
