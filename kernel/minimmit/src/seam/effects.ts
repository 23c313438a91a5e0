import type { Digest, Epoch, Fault, Height, Millis, ValidatorIndex, View } from "@polis/codec";
import type { Certificate, Vote } from "@polis/crypto";
import type { BuildRequest } from "@polis/ports";
import type { Peer } from "./events.ts";
import type { FetchReply, FetchRequest, Message } from "./messages.ts";

/** One record of the journal (R25). `parent` is set for proposals. */
export interface JournalRecord {
  readonly kind: "proposal" | "notarize" | "nullify";
  readonly epoch: Epoch;
  readonly view: View;
  readonly digest: Digest | undefined;
  readonly parent: Digest | undefined;
}

/**
 * Everything of R25 that one vote needs on disk. The effects behind a `persist` in the same list, and all later lists,
 * wait until it is durable; effects before it need not.
 */
export interface Persist {
  readonly kind: "persist";
  readonly records: readonly JournalRecord[];
  readonly proofs: readonly Certificate[];
  readonly blocks: readonly { readonly digest: Digest; readonly block: Uint8Array }[];
  /** R27: the journal is created anew and no vote may be sent in a lower view. */
  readonly safeView: View | undefined;
}

/** A block of the finalized chain. `direct` when the certificate names this very block. */
export interface FinalizedBlock {
  readonly digest: Digest;
  readonly height: Height;
  readonly view: View;
  readonly direct: boolean;
}

/** R18: make these blocks final in one atomic commit each or together; their overlays exist. In height order. */
export interface Finalize {
  readonly kind: "finalize";
  readonly blocks: readonly FinalizedBlock[];
  /** Covers the last of `blocks`. */
  readonly certificate: Certificate;
  /** Labels of views up to the certificate's for the view index (kairos 6.2, 4.9). */
  readonly views: readonly {
    readonly view: View;
    readonly label: "nullified" | "skipped";
    readonly digest: Digest | undefined;
  }[];
  /** Journal records, proofs and unfinalized bodies of lower views may go (R24, R25). */
  readonly pruneBelow: View;
}

/** R30: two signed statements of one signer that contradict each other. */
export interface Evidence {
  readonly kind: "proposal" | "notarize";
  readonly epoch: Epoch;
  readonly view: View;
  readonly signer: ValidatorIndex;
  readonly payloadA: Uint8Array;
  readonly sigA: Uint8Array;
  readonly payloadB: Uint8Array;
  readonly sigB: Uint8Array;
}

/** What observers (metrics, visualizer, checkers, benchmarks) may want to know. Never needed for correctness. */
export type Observation =
  | { readonly what: "entered"; readonly view: View; readonly leader: ValidatorIndex }
  | {
      readonly what: "proposed";
      readonly view: View;
      readonly digest: Digest;
      readonly height: Height;
      readonly transactions: number;
    }
  /** An authenticated proposal of another validator; `transactions` when the chain's `inspect` counts them. */
  | {
      readonly what: "proposalSeen";
      readonly view: View;
      readonly digest: Digest;
      readonly leader: ValidatorIndex;
      readonly height: Height;
      readonly transactions: number | undefined;
    }
  | { readonly what: "voted"; readonly view: View; readonly digest: Digest; readonly late: boolean }
  | {
      readonly what: "nullifySent";
      readonly view: View;
      readonly reason: "timeout" | "contradiction" | "inactiveLeader";
    }
  | { readonly what: "certificate"; readonly certificate: Certificate; readonly own: boolean }
  | { readonly what: "gate"; readonly blocked: boolean }
  /** The vote is counted for its signer from now on. */
  | { readonly what: "vote"; readonly result: "valid"; readonly vote: Vote }
  | { readonly what: "vote"; readonly result: "duplicate" | "invalid" | "outOfWindow" }
  /** A counted vote counts no longer: its signature turned out wrong (K16), or a lower view needed the place (R31). */
  | { readonly what: "voteDropped"; readonly vote: Vote }
  | { readonly what: "journalLost"; readonly safeView: View | undefined };

/** What a replica wants from the world. Applied in order; `persist` is a barrier. */
export type ReplicaEffect =
  | Persist
  /** To every other validator. */
  | { readonly kind: "broadcast"; readonly message: Message }
  | { readonly kind: "send"; readonly to: Peer; readonly message: Message }
  /** Sets or moves the timer of this name. */
  | { readonly kind: "setTimer"; readonly name: string; readonly at: Millis }
  | { readonly kind: "cancelTimer"; readonly name: string }
  /** Apply block rules but B5 to a block whose parent is executed; answered by `executed` or `rejected`. */
  | { readonly kind: "execute"; readonly digest: Digest; readonly block: Uint8Array; readonly leader: ValidatorIndex }
  /** Build a block; answered by `built`. */
  | { readonly kind: "build"; readonly request: BuildRequest }
  | Finalize
  | { readonly kind: "fetch"; readonly to: Peer; readonly requestId: number; readonly request: FetchRequest }
  | { readonly kind: "reply"; readonly to: Peer; readonly requestId: number; readonly reply: FetchReply }
  | { readonly kind: "evidence"; readonly evidence: Evidence }
  /** A peer's fault, for its score (N8). */
  | { readonly kind: "report"; readonly peer: Peer; readonly fault: Fault }
  | { readonly kind: "observe"; readonly observation: Observation };
