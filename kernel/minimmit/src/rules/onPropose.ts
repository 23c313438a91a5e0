import { equalBytes, type ValidatorIndex } from "@polis/codec";
import type { Notarize, ProposalClaim } from "@polis/crypto";
import type { BlockInfo } from "@polis/ports";
import { maxFutureBytesPerSender, maxFutureProposalsPerLeader, maxProposalProofs } from "../params.ts";
import type { Peer } from "../seam/events.ts";
import type { Propose } from "../seam/messages.ts";
import { observe, type ReplicaState, report, type SeenProposal, viewAt } from "../state.ts";
import { holdBlock } from "./blocks.ts";
import { proposalEvidence } from "./evidence.ts";
import { isFarBehind } from "./fetch.ts";
import { leaderOf, seedOf } from "./leader.ts";
import { windowPlace } from "./window.ts";

/**
 * R11: a proposal. It is authenticated first; until then nothing is executed, kept or forwarded. Then its certificates
 * are processed (R22), its notarize is counted (R16) and its body is held.
 */
export function onPropose(s: ReplicaState, message: Propose, from: Peer): void {
  const { view, proofs } = message;
  if (message.epoch !== s.config.epoch || view <= s.lastFinalized.view || windowPlace(s, view) !== "inside") return;
  if (proofs.length > maxProposalProofs) {
    report(s, from, "CONSENSUS_MALFORMED");
    return;
  }
  const before = s.views.get(view);
  const repeated = [before?.proposal, before?.rival].some((seen) => seen && equalBytes(seen.sig, message.proposeSig));
  if (!repeated) {
    if (before?.rival !== undefined) return;
    const seen = authenticate(s, message, from);
    if (seen === undefined) return;
    queueProofs(s, message, from);
    s.queue.push({ kind: "vote", vote: voteOf(message, seen), from, verified: true });
    s.queue.push({ kind: "hold", seen, block: message.block });
    return;
  }
  // A repeated proposal may bring certificates that were missing the first time (R23).
  queueProofs(s, message, from);
}

/** Keeps an authenticated proposal after its certificates have been processed: now, for R13, or for a later view. */
export function holdProposal(s: ReplicaState, seen: SeenProposal, block: Uint8Array): void {
  const { view, digest } = seen.claim;
  if (view <= s.lastFinalized.view) return;
  const { leader } = seen;
  if (view > s.view && !makeRoom(s, view, leader, seen.from, block.length)) return;
  const vs = viewAt(s, view);
  if (vs.proposal === undefined) vs.proposal = seen;
  else if (vs.proposal.claim.digest !== digest || vs.proposal.claim.parentDigest !== seen.claim.parentDigest) {
    if (vs.rival !== undefined) return;
    vs.rival = seen;
    proposalEvidence(s, leader, vs.proposal, seen);
  } else return;
  const { height, transactions } = seen.info;
  observe(s, { what: "proposalSeen", view, digest, leader, height, transactions });
  // K18: with random leaders the seed was checked before the signature, so it may serve for this view's leader.
  if (seen.info.prevSeed !== undefined && s.config.leaderMode === "random") {
    viewAt(s, (view - 1) as typeof view).seed ??= seen.info.prevSeed;
  }
  if (seen.info.parentView >= s.lastFinalized.view && !isFarBehind(s)) holdBlock(s, seen.info, block);
  s.dirty.vote = true;
}

function authenticate(s: ReplicaState, message: Propose, from: Peer): SeenProposal | undefined {
  const { epoch, view, block } = message;
  const inspected = s.deps.inspect(block);
  if (!inspected.ok) {
    report(s, from, "CONSENSUS_MALFORMED", "punish", inspected.fault.code);
    return undefined;
  }
  const info = inspected.value;
  const leader = leaderFor(s, info);
  if (leader === undefined || leader === s.self) return undefined;
  const { digest, parentView, parentDigest } = info;
  const claim: ProposalClaim = { epoch, view, digest, parentView, parentDigest };
  const seen: SeenProposal = { claim, info, leader, sig: message.proposeSig, from };
  const authentic =
    info.view === view &&
    info.epoch === epoch &&
    parentView < view &&
    s.scheme.verifyProposal(leader, claim, message.proposeSig) &&
    message.voteSig.length === s.scheme.voteSigBytes.notarize &&
    s.scheme.verifyVote({ kind: "notarize", epoch, view, digest, signer: leader, sig: message.voteSig });
  // Last, because it costs most. The signature covers the header alone: with another body the same digest would fail
  // here and be final elsewhere (K4).
  if (authentic && s.deps.isWhole?.(block) !== false) return seen;
  report(s, from, "CONSENSUS_BAD_PROPOSAL");
  return undefined;
}

/** R5: with random leaders an unknown seed is taken from the block, after it has been verified. */
function leaderFor(s: ReplicaState, info: BlockInfo): ValidatorIndex | undefined {
  if (s.config.leaderMode === "round-robin") return leaderOf(s, info.view);
  const held = info.view === 0 ? undefined : seedOf(s, (info.view - 1) as typeof info.view);
  if (held !== undefined) return leaderOf(s, info.view);
  const seed = info.prevSeed;
  if (seed === undefined || s.scheme.verifySeed === undefined) return undefined;
  const good = s.scheme.verifySeed((info.view - 1) as typeof info.view, seed);
  return good ? leaderOf(s, info.view, seed) : undefined;
}

function queueProofs(s: ReplicaState, message: Propose, from: Peer): void {
  for (const certificate of message.proofs) s.queue.push({ kind: "certificate", certificate, from, source: "link" });
}

function voteOf(message: Propose, seen: SeenProposal): Notarize {
  const { epoch, view, voteSig } = message;
  const signer = seen.leader;
  return { kind: "notarize", epoch, view, digest: seen.claim.digest, signer, sig: voteSig };
}

/** R31: proposals above the current view, per leader 4 and per sender 4 MiB; the highest view gives way. */
function makeRoom(s: ReplicaState, view: number, leader: ValidatorIndex, from: Peer, bytes: number): boolean {
  const mine = s.future.filter((held) => held.leader === leader || held.from === from).sort((a, b) => b.view - a.view);
  const fits = (): boolean => {
    const held = s.future.filter((other) => other.leader === leader).length;
    const load = s.future.filter((other) => other.from === from).reduce((sum, other) => sum + other.bytes, 0);
    return held < maxFutureProposalsPerLeader && load + bytes <= maxFutureBytesPerSender;
  };
  for (const held of mine) {
    if (fits()) break;
    if (held.view <= view) return false;
    dropFuture(s, held);
  }
  if (!fits()) return false;
  s.future.push({ view: view as (typeof s.future)[number]["view"], leader, from, bytes });
  return true;
}

function dropFuture(s: ReplicaState, held: ReplicaState["future"][number]): void {
  s.future = s.future.filter((other) => other !== held);
  const vs = s.views.get(held.view);
  const digest = vs?.rival === undefined ? vs?.proposal?.claim.digest : vs.rival.claim.digest;
  if (vs === undefined || digest === undefined) return;
  if (vs.rival !== undefined) vs.rival = undefined;
  else vs.proposal = undefined;
  const entry = s.blocks.get(digest);
  if (entry === undefined || vs.notarizations.has(digest) || vs.finalization !== undefined) return;
  s.blocks.delete(digest);
  s.blockBytes -= entry.block.length;
}
