import type { Digest } from "@polis/codec";
import type { Q64 } from "./fixedPoint.ts";
import { leaderWeight, plainWeight, type WeightInput } from "./leaderWeight.ts";

/** A validator that can participate, as a snapshot sees it. */
export interface Participant extends WeightInput {
  /** AccountId, 32 bytes as hex. */
  readonly account: Digest;
}

/** A candidate for the slots of an epoch. */
export interface Candidate {
  readonly account: Digest;
  readonly weight: Q64;
}

/** Candidates in ascending order of their accounts, no two alike, with the sum of their weights. */
export interface Snapshot {
  readonly candidates: readonly Candidate[];
  readonly total: Q64;
}

/**
 * The candidate snapshot of kratos-core 6.4. When every weight is 0 the clock modifiers are left out; when every weight is
 * still 0, all weigh 1: a network of faulty clocks or lost credits must not stop.
 * @param participants in any order; an account may appear once
 * @throws RangeError when an account appears twice
 */
export function takeSnapshot(participants: readonly Participant[]): Snapshot {
  const sorted = [...participants].sort((a, b) => (a.account < b.account ? -1 : 1));
  sorted.forEach(({ account }, i) => {
    if (i > 0 && sorted[i - 1]!.account === account) throw new RangeError(`${account} is a candidate twice`);
  });
  for (const weigh of [leaderWeight, plainWeight]) {
    const snapshot = weighed(sorted, weigh);
    if (snapshot.total > 0n) return snapshot;
  }
  return weighed(sorted, () => 1n);
}

function weighed(sorted: readonly Participant[], weigh: (participant: Participant) => Q64): Snapshot {
  const candidates = sorted.map((participant) => ({ account: participant.account, weight: weigh(participant) }));
  return { candidates, total: candidates.reduce((sum, { weight }) => sum + weight, 0n) };
}
