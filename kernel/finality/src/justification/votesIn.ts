import type { FinalityVote, Justification } from "../seam/types.ts";

/** The precommits of a justification as the votes that they are. */
export function votesIn({ round, set, precommits }: Justification): readonly FinalityVote[] {
  return precommits.map(({ target, validator: voter, signature }) => {
    return { type: "precommit", target, round, set, voter, signature };
  });
}
