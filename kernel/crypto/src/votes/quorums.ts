import type { Digest, View } from "@polis/codec";
import type { CertificateKind, Vote } from "./types.ts";

/** The two quorums of Minimmit, in validators (kairos K8). */
export interface Quorums {
  /** M = 2f+1: notarizations and nullifications. */
  readonly m: number;
  /** L = n-f: finalizations. */
  readonly l: number;
}

/** The largest validator list (kairos K8). */
export const maxValidators = 1024;

/**
 * Quorums of `n` validators of which `f` may be faulty. Throws a RangeError unless 5f+1 <= n <= 1024 (kairos K8).
 * @example quorumsOf(6, 1) // { m: 3, l: 5 }
 */
export function quorumsOf(n: number, f: number): Quorums {
  if (!Number.isInteger(n) || n < 1 || n > maxValidators) throw new RangeError(`n must be 1..${maxValidators}: ${n}`);
  if (!Number.isInteger(f) || f < 0 || n < 5 * f + 1) throw new RangeError(`n >= 5f+1 does not hold: n=${n} f=${f}`);
  return { m: 2 * f + 1, l: n - f };
}

/**
 * Asserts what `assemble` requires of its caller: votes of distinct signers for one message, at least the quorum of the
 * kind. Throws a RangeError.
 * @returns what the votes are for; the digest is absent for a nullification
 */
export function assertQuorum(
  kind: CertificateKind,
  votes: readonly Vote[],
  quorums: Quorums,
): { readonly view: View; readonly digest: Digest | undefined } {
  const first = votes[0];
  if (first === undefined || votes.length < (kind === "finalization" ? quorums.l : quorums.m)) {
    throw new RangeError(`${votes.length} votes are no quorum for a ${kind}`);
  }
  const digest = first.kind === "notarize" ? first.digest : undefined;
  if ((kind === "nullification") !== (digest === undefined)) throw new RangeError(`wrong votes for a ${kind}`);
  const signers = new Set<number>();
  for (const vote of votes) {
    const same = vote.epoch === first.epoch && vote.view === first.view && vote.kind === first.kind;
    if (!same || (vote.kind === "notarize" && vote.digest !== digest)) throw new RangeError("votes for two messages");
    signers.add(vote.signer);
  }
  if (signers.size !== votes.length) throw new RangeError("two votes of one signer");
  return { view: first.view, digest };
}
