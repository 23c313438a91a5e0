import type { ValidatorIndex } from "@polis/codec";
import type { ReplicaState, Tally } from "../state.ts";
import { castNullify } from "./castVote.ts";
import { verifyKept } from "./voteBook.ts";

/**
 * R21: this replica has notarized b in the current view, and at least M distinct replicas have each nullified the view or
 * notarized another block. Then b can never reach L, and this replica may nullify. Distinct replicas are counted, never
 * messages (T2), and only verified votes; the collected ones are verified when they could decide (K17).
 */
export function tryContradiction(s: ReplicaState): void {
  const { view } = s;
  const own = s.signer.notarized(view);
  const vs = s.views.get(view);
  if (own === undefined || vs === undefined || s.signer.nullified(view) || !s.signer.maySign(view)) return;
  const against: Tally[] = [vs.nullifies];
  for (const [digest, tally] of vs.notarizes) if (digest !== own) against.push(tally);
  let sum = 0;
  for (const tally of against) sum += tally.count;
  if (sum < s.quorum.m || distinct(s, against, (tally, r) => tally.votes[r] !== undefined) < s.quorum.m) return;
  const verified = distinct(s, against, (tally, r) => verifyKept(s, vs, tally, r));
  if (verified >= s.quorum.m) castNullify(s, view, "contradiction");
}

function distinct(
  s: ReplicaState,
  against: readonly Tally[],
  counts: (tally: Tally, r: ValidatorIndex) => boolean,
): number {
  let replicas = 0;
  for (let r = 0; r < s.quorum.n; r++) {
    if (against.some((tally) => counts(tally, r as ValidatorIndex))) replicas++;
  }
  return replicas;
}
