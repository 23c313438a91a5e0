import type { Millis, View } from "@polis/codec";
import type { Peer } from "../seam/events.ts";
import type { Status } from "../seam/messages.ts";
import { bestProof, emit, type ReplicaState } from "../state.ts";

/** The nonce of a Status that nobody asked for. */
export const noNonce = new Uint8Array(32);
/** Status requests that may be unanswered at one time; older nonces are forgotten. */
const maxNonces = 64;

/** This replica's signed Status with a proof of view-1 (kairos 4.4), or undefined without a usable key (R27). */
export function makeStatus(s: ReplicaState, nonce: Uint8Array): Status | undefined {
  if (s.self === undefined || !s.signer.canVote) return undefined;
  const claim = {
    epoch: s.config.epoch,
    view: s.view,
    lastFinalizedView: s.lastFinalized.view,
    lastFinalizedDigest: s.lastFinalized.digest,
    nonce,
  };
  const sig = s.signer.status(claim);
  if (sig === undefined) return undefined;
  const proof = bestProof(s, (s.view - 1) as View)?.certificate;
  return { kind: "status", ...claim, signer: s.self, sig, proof };
}

/** Asks one validator, or all of them, for a Status with a fresh nonce. */
export function requestStatus(s: ReplicaState, to: Peer | undefined): void {
  const nonce = s.deps.randomBytes32();
  s.nonces.add(nonce.toHex());
  if (s.nonces.size > maxNonces) s.nonces.delete(s.nonces.values().next().value!);
  const message = { kind: "statusRequest", nonce } as const;
  if (to === undefined) emit(s, { kind: "broadcast", message });
  else emit(s, { kind: "send", to, message });
}

/** `base` with a jitter of ±10 %, in whole milliseconds (R23). */
export function jittered(s: ReplicaState, base: Millis): Millis {
  const bytes = s.deps.randomBytes32();
  const draw = ((bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!) % 2001;
  return Math.floor((base * (9000 + draw)) / 10_000) as Millis;
}

/** A validator other than this one, drawn from the machine's randomness. */
export function randomPeer(s: ReplicaState): Peer | undefined {
  const others = s.quorum.n - (s.self === undefined ? 0 : 1);
  if (others < 1) return undefined;
  const bytes = s.deps.randomBytes32();
  const draw = ((bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!) % others;
  return s.self !== undefined && draw >= s.self ? draw + 1 : draw;
}
