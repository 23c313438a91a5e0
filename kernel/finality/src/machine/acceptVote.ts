import { type Fault, fault, ok, type Result } from "@polis/codec";
import type { FinalityFaultCode } from "../errors.ts";
import { descendsFrom } from "../rounds/ancestry.ts";
import type { FinalityChain } from "../seam/chain.ts";
import type { FinalityVote, VoterSet } from "../seam/types.ts";
import { realVoteSignatures, type VoteSignatures } from "../votes/voteSignatures.ts";

/** Rounds before and after the current one whose votes are kept (kratos-core 7.1). */
export const REMEMBERED_ROUNDS = 100;

/** Against what a vote is checked. */
export interface VoteContext {
  readonly chainIdentity: Uint8Array;
  readonly set: VoterSet;
  readonly currentRound: number;
  /** Ed25519 when it is not given. */
  readonly signatures?: Pick<VoteSignatures, "verify">;
}

/** Why a vote is not taken. */
export type VoteFault = Fault<FinalityFaultCode>;

/** Checks what needs no chain: set, round, membership, signature, in the order of their cost. */
export function checkVote(
  { chainIdentity, set, currentRound, signatures = realVoteSignatures }: VoteContext,
  vote: FinalityVote,
): Result<undefined, VoteFault> {
  if (vote.set !== set.id) return fault("FINALITY_OTHER_SET", "ignore");
  const distance = vote.round - currentRound;
  if (vote.round < 1 || distance > REMEMBERED_ROUNDS || distance <= -REMEMBERED_ROUNDS) {
    return fault("FINALITY_ROUND", vote.round < 1 ? "punish" : "ignore");
  }
  if (!set.voters.includes(vote.voter)) return fault("FINALITY_NOT_A_VOTER");
  if (!signatures.verify(chainIdentity, vote, vote.voter)) return fault("FINALITY_SIGNATURE");
  return ok(undefined);
}

/**
 * Checks the target of a vote against the chain (kratos-core 7.2). "wait" as a verdict: the block is not imported yet.
 * Whoever passes such a vote on is not to blame for it; its voter signed it.
 */
export function checkTarget(
  chain: FinalityChain,
  set: VoterSet,
  { target }: FinalityVote,
): Result<undefined, VoteFault> {
  const link = chain.block(target.hash);
  if (link === undefined) return fault("FINALITY_TARGET", "wait");
  if (link.number !== target.number) return fault("FINALITY_TARGET", "ignore");
  if (!descendsFrom(chain, target, set.base)) return fault("FINALITY_TARGET", "ignore");
  if (chain.cut(target, set).number !== target.number) return fault("FINALITY_BEYOND_HANDOFF", "ignore");
  return ok(undefined);
}
