import { type Digest, fault, ok, type Result } from "@polis/codec";
import type { FinalityFaultCode } from "../errors.ts";
import type { FinalityChain, HeaderLink } from "../seam/chain.ts";
import { type BlockRef, type Justification, threshold, type VoterSet } from "../seam/types.ts";
import { MAX_ANCESTRY } from "../votes/encodeVote.ts";
import { realVoteSignatures, type VoteSignatures } from "../votes/voteSignatures.ts";

/** What a verifier has to know: no votes, and of the chain only how to read a header. */
export interface JustificationContext {
  readonly chainIdentity: Uint8Array;
  readonly set: Pick<VoterSet, "id" | "voters">;
  readonly readHeader: FinalityChain["readHeader"];
  /** Ed25519 when it is not given. */
  readonly signatures?: Pick<VoteSignatures, "verify">;
}

/** The outcome of a check: nothing, or the first rule that is broken. */
export type JustificationCheck = Result<undefined, { code: FinalityFaultCode; verdict: "punish" }>;

/**
 * Checks a justification against the set in force for its block (kratos-core 7.6): distinct members, each signature over its
 * own target, every target at or above the block by the headers that come with it, as many as the threshold. Cheap rules first.
 * Headers that link nothing are refused, so that a justification has one form and no room for padding.
 */
export function checkJustification(
  { chainIdentity, set, readHeader, signatures = realVoteSignatures }: JustificationContext,
  justification: Justification,
): JustificationCheck {
  const { block, round, precommits } = justification;
  if (justification.set !== set.id) return broken("FINALITY_OTHER_SET");
  if (round < 1) return broken("FINALITY_ROUND");
  const members = new Set(set.voters);
  if (!precommits.every(({ validator }) => members.has(validator))) return broken("FINALITY_NOT_A_VOTER");
  if (new Set(precommits.map(({ validator }) => validator)).size !== precommits.length) return broken("FINALITY_TWICE");
  if (precommits.length < threshold(set.voters.length)) return broken("FINALITY_TOO_FEW");
  if (!targetsReach(justification, readHeader)) return broken("FINALITY_ANCESTRY");
  for (const { target, validator, signature } of precommits) {
    const vote = { type: "precommit", target, round, set: set.id, signature } as const;
    if (!signatures.verify(chainIdentity, vote, validator)) return broken("FINALITY_SIGNATURE");
  }
  return ok(block && undefined);
}

function broken(code: FinalityFaultCode): JustificationCheck {
  return fault(code) as JustificationCheck;
}

/** True when every target is the block or descends from it through the headers, and every header is used. */
function targetsReach(
  { block, precommits, ancestry }: Justification,
  readHeader: FinalityChain["readHeader"],
): boolean {
  if (ancestry.length > MAX_ANCESTRY) return false;
  const links = new Map<Digest, HeaderLink>();
  for (const bytes of ancestry) {
    const link = readHeader(bytes);
    if (link === undefined) return false;
    links.set(link.hash, link);
  }
  const used = new Set<Digest>();
  const reaches = ({ target }: { readonly target: BlockRef }): boolean => {
    let at = target;
    while (at.number > block.number) {
      const link = links.get(at.hash);
      if (link === undefined || link.number !== at.number) return false;
      used.add(at.hash);
      at = { number: (at.number - 1) as BlockRef["number"], hash: link.parentHash };
    }
    return at.number === block.number && at.hash === block.hash;
  };
  return precommits.every(reaches) && used.size === ancestry.length;
}
