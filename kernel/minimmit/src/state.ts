import type { Digest, Fault, Height, Millis, ValidatorIndex, View } from "@polis/codec";
import type { Certificate, Notarize, Nullify, ProposalClaim, Vote, VoteScheme } from "@polis/crypto";
import type { BlockInfo } from "@polis/ports";
import type { FaultCode } from "./errors.ts";
import type { Quorums } from "./params.ts";
import type { JournalRecord, Observation, ReplicaEffect } from "./seam/effects.ts";
import type { Peer } from "./seam/events.ts";
import type { FetchRequest, Propose } from "./seam/messages.ts";
import type { ReplicaConfig, ReplicaDeps } from "./seam/setup.ts";
import type { Signer } from "./signer.ts";

/** Who a certificate is from that a follower has assembled or read from its disk: no peer at all. */
export const nobody: Peer = -1;

/** A verified certificate that is held, with what is known of its copies. */
export interface Proof {
  readonly certificate: Certificate;
  /** On disk, or in an earlier persist of this process (R25). */
  persisted: boolean;
  /** Peers that have sent it to us; they need not be sent it again (R23). */
  readonly knownBy: Set<Peer>;
}

/** Votes of distinct signers for one (view, kind, digest); slot = signer. */
export interface Tally {
  readonly votes: (Vote | undefined)[];
  readonly verified: boolean[];
  count: number;
}

/** An authenticated proposal (R11). */
export interface SeenProposal {
  readonly claim: ProposalClaim;
  readonly info: BlockInfo;
  readonly leader: ValidatorIndex;
  readonly sig: Uint8Array;
  readonly from: Peer;
}

/** Everything held about one view that is not pruned. */
export interface ViewState {
  readonly view: View;
  readonly notarizes: Map<Digest, Tally>;
  readonly nullifies: Tally;
  /** First and second notarize digest of each signer (R16). */
  readonly firstDigest: (Digest | undefined)[];
  readonly secondDigest: (Digest | undefined)[];
  readonly notarizations: Map<Digest, Proof>;
  finalization: Proof | undefined;
  nullification: Proof | undefined;
  /** seed(view), when a certificate of the view carried it (K18). */
  seed: Uint8Array | undefined;
  /** The first authenticated proposal: the only one that may be voted for in R11. */
  proposal: SeenProposal | undefined;
  /** A second one with another digest, kept as evidence. */
  rival: SeenProposal | undefined;
  parentOk: boolean;
  /** B5 failed on the past side: no first vote here. */
  tooLate: boolean;
  ownNotarize: Notarize | undefined;
  ownNullify: Nullify | undefined;
  ownProposal: Propose | undefined;
}

/** A block body and how far it has come. */
export interface BlockEntry {
  readonly info: BlockInfo;
  readonly block: Uint8Array;
  status: "held" | "executing" | "executed" | "invalid";
  persisted: boolean;
}

/** Work that a handler leaves for the queue of the same step (R2). */
export type Work =
  | { readonly kind: "vote"; readonly vote: Vote; readonly from: Peer; readonly verified: boolean }
  | {
      readonly kind: "certificate";
      readonly certificate: Certificate;
      readonly from: Peer;
      readonly source: "own" | "link" | "fetch";
    }
  | { readonly kind: "hold"; readonly seen: SeenProposal; readonly block: Uint8Array };

/** Something wanted from peers (R12). */
export interface FetchItem {
  readonly key: string;
  /** What is still missing, or undefined when nothing is. */
  build: () => FetchRequest | undefined;
  readonly sources: Peer[];
  readonly banned: Set<Peer>;
  attempts: number;
  /** When the last request for it was sent. */
  askedAt: Millis;
  inFlight: number[];
  /** To be sent at the end of this step. */
  queued: boolean;
}

/** A request that has been sent and may still be answered. */
export interface OpenRequest {
  readonly id: number;
  readonly peer: Peer;
  readonly keys: readonly string[];
  readonly request: FetchRequest;
  /** Its timer has fired: a late reply is still welcome, but nothing waits for it any more (R12). */
  expired: boolean;
}

/** The leader's business in its current view (R7, R8). */
export interface Leading {
  readonly view: View;
  building: boolean;
  /** A block that waits for a signer which does not answer; no other one is built in this view. */
  built?: Built;
}

/** A block of this replica on its way to a proposal. */
export interface Built {
  readonly block: Uint8Array;
  readonly info: BlockInfo;
  readonly transactions: number;
  /** Once the proposal is signed. */
  proposal?: { readonly sig: Uint8Array; readonly record: JournalRecord | undefined };
}

/** The whole state of a replica. Only rules change it, and only inside `step`. */
export interface ReplicaState {
  readonly config: ReplicaConfig;
  readonly deps: ReplicaDeps;
  readonly scheme: VoteScheme;
  readonly quorum: Quorums;
  readonly self: ValidatorIndex | undefined;
  readonly signer: Signer;

  now: Millis;
  started: boolean;
  startedAt: Millis;
  view: View;
  enteredAt: Millis;
  /** R14. */
  timer: { baseAt: Millis; at: Millis; extended: boolean; unsigned?: boolean };
  backoff: number;
  lastFinalized: { readonly height: Height; readonly view: View; readonly digest: Digest; readonly info: BlockInfo };
  /** The finalization of lastFinalized; absent at genesis. */
  finalization: Proof | undefined;
  /** F of R4. */
  finalizedView: View;
  finalizedRoseAt: Millis;
  highestProof: View;
  highestNotarized: View;
  readonly views: Map<View, ViewState>;
  /** highest[r] of kairos 4.3. */
  readonly highest: View[];
  /** The highest view in which an unverified vote of r was collected; a hint for K17. */
  readonly claimed: View[];
  readonly suspects: Set<ValidatorIndex>;
  readonly voteCounts: number[];
  readonly blocks: Map<Digest, BlockEntry>;
  blockBytes: number;
  /** Bodies that wait for the execution of a parent: parent digest to children. */
  readonly waiting: Map<Digest, Digest[]>;
  /** Views with a finalization above lastFinalized, ascending. */
  pendingFinal: View[];
  /** Views that may get a late notarize (R13). */
  readonly late: Set<View>;
  /** Held proposals for views above `view` (R31). */
  future: { readonly view: View; readonly leader: ValidatorIndex; readonly from: Peer; readonly bytes: number }[];
  poolExecutable: boolean;
  readonly linkUp: boolean[];
  /** The height that each linked peer says is final at its side (N4). */
  readonly saidHeight: (Height | undefined)[];
  /** R15. */
  viewsEntered: number;
  readonly heardAt: Millis[];
  readonly heardInView: number[];
  readonly aboveWindowAt: Millis[];
  leading: Leading | undefined;
  /** The last peer that showed a view above ours (R4). */
  ahead: Peer | undefined;
  lastRebroadcastAt: Millis;
  readonly fetches: Map<string, FetchItem>;
  readonly requests: Map<number, OpenRequest>;
  nextRequestId: number;
  nextPeer: number;
  /** Highest block of the range sync that is linked to lastFinalized and certified (R28). */
  syncTop: { height: Height; view: View; digest: Digest };
  /** View of the certificate that a page which ended among blocks made final together brought with its last one (R28). */
  runEnd: View | undefined;
  /** Nonces of status requests that may still be answered, oldest first. */
  readonly nonces: Set<string>;
  /** R27: the highest verified view of each answering validator. */
  readonly statusViews: Map<ValidatorIndex, View>;
  readonly evidenceSeen: Set<string>;

  readonly queue: Work[];
  /** Tallies that have grown and may have reached a quorum: view, and digest or undefined for the nullifies. */
  touched: { readonly vs: ViewState; readonly digest: Digest | undefined }[];
  out: ReplicaEffect[];
  readonly dirty: { enter: boolean; vote: boolean; late: boolean; propose: boolean; final: boolean };
}

/** The state of `view`, created when absent. Callers have authenticated whatever makes it necessary (R32). */
export function viewAt(s: ReplicaState, view: View): ViewState {
  let state = s.views.get(view);
  if (state === undefined) {
    state = {
      view,
      notarizes: new Map(),
      nullifies: newTally(),
      firstDigest: [],
      secondDigest: [],
      notarizations: new Map(),
      finalization: undefined,
      nullification: undefined,
      seed: undefined,
      proposal: undefined,
      rival: undefined,
      parentOk: false,
      tooLate: false,
      ownNotarize: undefined,
      ownNullify: undefined,
      ownProposal: undefined,
    };
    s.views.set(view, state);
  }
  return state;
}

/** An empty tally. */
export function newTally(): Tally {
  return { votes: [], verified: [], count: 0 };
}

/** True when notarization(digest, view) or finalization(digest, view) is held, or the pair is the last finalized block. */
export function isNotarized(s: ReplicaState, view: View, digest: Digest): boolean {
  if (view === s.lastFinalized.view) return digest === s.lastFinalized.digest;
  const state = s.views.get(view);
  if (state === undefined) return false;
  return state.notarizations.has(digest) || state.finalization?.certificate.digest === digest;
}

/** One proof of a view: a finalization, else the notarization with the smallest digest, else the nullification (R23). */
export function bestProof(s: ReplicaState, view: View): Proof | undefined {
  if (view === s.lastFinalized.view) return s.finalization;
  const state = s.views.get(view);
  if (state === undefined) return undefined;
  if (state.finalization !== undefined) return state.finalization;
  const best = smallest(state.notarizations.keys());
  return best === undefined ? state.nullification : state.notarizations.get(best);
}

/** The smallest digest, or undefined when there is none. */
export function smallest(digests: Iterable<Digest>): Digest | undefined {
  let best: Digest | undefined;
  for (const digest of digests) if (best === undefined || digest < best) best = digest;
  return best;
}

/** True when some proof of `view` is held. */
export function isProven(s: ReplicaState, view: View): boolean {
  if (view === s.lastFinalized.view) return true;
  const state = s.views.get(view);
  if (state === undefined) return false;
  return state.finalization !== undefined || state.nullification !== undefined || state.notarizations.size > 0;
}

/** Appends an effect to this step's list. */
export function emit(s: ReplicaState, effect: ReplicaEffect): void {
  s.out.push(effect);
}

/** Tells observers; never needed for correctness. */
export function observe(s: ReplicaState, observation: Observation): void {
  s.out.push({ kind: "observe", observation });
}

/** Reports a peer's fault for its score (N8). A fault of our own making is a bug and is not reported. */
export function report(
  s: ReplicaState,
  peer: Peer,
  code: FaultCode,
  verdict: Fault["verdict"] = "punish",
  detail?: string,
): void {
  if (peer === s.self) return;
  const fault: Fault = detail === undefined ? { code, verdict } : { code, verdict, detail };
  s.out.push({ kind: "report", peer, fault });
}
