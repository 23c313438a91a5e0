import type { ValidatorIndex, View } from "@polis/codec";
import { encodeNotarizePayload, encodeProposePayload, type Notarize } from "@polis/crypto";
import { maxEvidence } from "../params.ts";
import type { Evidence } from "../seam/effects.ts";
import { emit, type ReplicaState, type SeenProposal, type ViewState } from "../state.ts";

/** R30: two notarizes of one signer with different digests in one view, both verified individually. */
export function notarizeEvidence(s: ReplicaState, vs: ViewState, signer: ValidatorIndex): void {
  const first = vs.firstDigest[signer];
  const second = vs.secondDigest[signer];
  if (first === undefined || second === undefined || isKnown(s, "notarize", vs.view, signer)) return;
  const a = vs.notarizes.get(first)?.votes[signer] as Notarize;
  const b = vs.notarizes.get(second)?.votes[signer] as Notarize;
  // A verified batch does not prove the bytes of a single vote, so both are checked here (K16).
  if (!s.scheme.verifyVote(a) || !s.scheme.verifyVote(b)) return;
  const genesis = s.config.genesis.digest;
  file(s, {
    kind: "notarize",
    epoch: s.config.epoch,
    view: vs.view,
    signer,
    payloadA: encodeNotarizePayload(genesis, s.config.epoch, vs.view, first),
    sigA: a.sig,
    payloadB: encodeNotarizePayload(genesis, s.config.epoch, vs.view, second),
    sigB: b.sig,
  });
}

/** R30: two authenticated proposals of one leader in one view. */
export function proposalEvidence(s: ReplicaState, signer: ValidatorIndex, a: SeenProposal, b: SeenProposal): void {
  if (isKnown(s, "proposal", a.claim.view, signer)) return;
  const genesis = s.config.genesis.digest;
  file(s, {
    kind: "proposal",
    epoch: s.config.epoch,
    view: a.claim.view,
    signer,
    payloadA: encodeProposePayload(genesis, a.claim),
    sigA: a.sig,
    payloadB: encodeProposePayload(genesis, b.claim),
    sigB: b.sig,
  });
}

function isKnown(s: ReplicaState, kind: Evidence["kind"], view: View, signer: ValidatorIndex): boolean {
  return s.evidenceSeen.has(`${kind}/${view}/${signer}`);
}

function file(s: ReplicaState, evidence: Evidence): void {
  if (s.evidenceSeen.size >= maxEvidence) s.evidenceSeen.delete(s.evidenceSeen.values().next().value!);
  s.evidenceSeen.add(`${evidence.kind}/${evidence.view}/${evidence.signer}`);
  emit(s, { kind: "evidence", evidence });
}
