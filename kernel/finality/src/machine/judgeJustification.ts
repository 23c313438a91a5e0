import { checkJustification } from "../justification/checkJustification.ts";
import { ancestorAt, descendsFrom } from "../rounds/ancestry.ts";
import type { FinalityChain } from "../seam/chain.ts";
import type { BlockRef, Justification, VoterSet } from "../seam/types.ts";
import type { VoteSignatures } from "../votes/voteSignatures.ts";
import type { VoteFault } from "./acceptVote.ts";

/** Against what a justification is judged. */
export interface JustificationPlace {
  readonly chain: FinalityChain;
  readonly chainIdentity: Uint8Array;
  /** The set that votes now. */
  readonly set: VoterSet;
  readonly finalized: BlockRef;
  readonly signatures: Pick<VoteSignatures, "verify">;
}

/**
 * What a justification means here: nothing new, something of another set, a valid one whose block is not imported, one that
 * contradicts what is final (kratos-core 7.6), or a new final block; or else the fault of its bringer.
 */
export function judgeJustification(
  { chain, chainIdentity, set, finalized, signatures }: JustificationPlace,
  justification: Justification,
): "known" | "otherSet" | "wait" | "conflict" | "final" | VoteFault {
  const { block } = justification;
  if (justification.set !== set.id) return "otherSet";
  if (block.hash === finalized.hash) return "known";
  const link = chain.block(block.hash);
  const isBelow = block.number <= finalized.number;
  if (link !== undefined && isBelow && descendsFrom(chain, finalized, block)) return "known";
  const checked = checkJustification({ chainIdentity, set, readHeader: chain.readHeader, signatures }, justification);
  if (!checked.ok) return checked.fault;
  // A block of a height that is final here needs not be imported to contradict what is.
  const ours = isBelow ? ancestorAt(chain, finalized, block.number) : undefined;
  if (link === undefined && ours === undefined) return "wait";
  return isBelow || !descendsFrom(chain, block, finalized) ? "conflict" : "final";
}
