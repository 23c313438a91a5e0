import type { Digest, Height, ValidatorIndex, View } from "@polis/codec";
import type { Certificate } from "@polis/crypto";
import type { Machine } from "@polis/ports";
import type { ReplicaEffect } from "./effects.ts";
import type { ReplicaEvent } from "./events.ts";

/** How much a replica holds right now; every number is bounded by R31 and the limits in `params.ts`. */
export interface ReplicaSizes {
  readonly openViews: number;
  readonly votes: number;
  readonly proofs: number;
  readonly blocks: number;
  readonly blockBytes: number;
  readonly fetches: number;
}

/** The distinct votes of a view that are counted right now, verified or not (R16). */
export interface ViewTallies {
  readonly leader: ValidatorIndex | undefined;
  /** By digest, in the order in which they were first seen. */
  readonly notarizes: readonly { readonly digest: Digest; readonly signers: readonly ValidatorIndex[] }[];
  readonly nullifies: readonly ValidatorIndex[];
}

/** The consensus machine with read-only windows for observers. Nothing outside may change it but `step`. */
export interface Replica extends Machine<ReplicaEvent, ReplicaEffect> {
  readonly view: View;
  readonly lastFinalized: { readonly height: Height; readonly view: View; readonly digest: Digest };
  /** F of R4: the highest view with a verified finalization, its block executed or not. */
  readonly finalizedView: View;
  /** The highest view with a notarization or finalization that this replica has seen (I5). */
  readonly highestNotarized: View;
  /** The highest view with a proof of any kind. */
  readonly highestProof: View;
  readonly backoff: number;
  /** False for a follower and while R27 keeps the replica silent. */
  readonly canVote: boolean;
  readonly safeView: View;
  notarized(view: View): Digest | undefined;
  nullified(view: View): boolean;
  proposed(view: View): Digest | undefined;
  /** Certificates held for a view that is not pruned: finalization, notarizations, nullification. */
  proofs(view: View): readonly Certificate[];
  /** Votes of a view that is open or known here; undefined for one that is not, or is pruned. */
  tallies(view: View): ViewTallies | undefined;
  sizes(): ReplicaSizes;
}
