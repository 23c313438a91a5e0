import type { Millis, View } from "@polis/codec";
import type { ProposalClaim } from "@polis/crypto";
import type { BlockInfo } from "@polis/ports";
import { maxProposalProofs } from "../params.ts";
import type { Propose } from "../seam/messages.ts";
import { type Built, emit, type Leading, observe, type ReplicaState, viewAt } from "../state.ts";
import { holdBuilt } from "./blocks.ts";
import { countOwn, emitPersist, reliedOn } from "./castVote.ts";
import { wantBlock } from "./fetch.ts";
import { leaderOf, seedOf } from "./leader.ts";
import { unprovenViews, wantProofs } from "./proofFetch.ts";
import { voterOf } from "./proofs.ts";
import { selectParent } from "./selectParent.ts";

/** R7: the leader asks for a block when the parent is there and the pace allows (R8). Called again on every arrival. */
export function tryPropose(s: ReplicaState): void {
  const leading = leadingNow(s);
  if (leading === undefined || leading.building || !mayPropose(s, s.view)) return;
  if (leading.built !== undefined) {
    sendProposal(s, leading.built);
    return;
  }
  const parent = selectParent(s, s.view);
  if (!parent.ok) {
    const missing = (): readonly View[] => {
      const now = selectParent(s, s.view);
      return now.ok ? [] : [...unprovenViews(s, s.lastFinalized.view + 1, s.view)].reverse();
    };
    wantProofs(s, "parent", missing, s.ahead);
    return;
  }
  const entry = s.blocks.get(parent.digest);
  if (entry?.status !== "executed") {
    const vs = s.views.get(parent.view);
    if (entry === undefined) wantBlock(s, parent.digest, parent.view, vs && voterOf(s, vs, parent.digest));
    return;
  }
  const prevSeed = seedOf(s, (s.view - 1) as View);
  if (s.config.randomness === "seed" && prevSeed === undefined) return;
  const timeMs = paced(s, entry.info);
  if (timeMs === undefined) return;
  leading.building = true;
  const { view, digest } = parent;
  const request = { view: s.view, leader: s.self!, parentDigest: digest, parentView: view, timeMs, prevSeed };
  emit(s, { kind: "build", request });
}

/** R5: with random leaders this replica may learn only after entering that it leads. */
function leadingNow(s: ReplicaState): Leading | undefined {
  if (s.leading?.view === s.view) return s.leading;
  if (s.self === undefined || leaderOf(s, s.view) !== s.self) return undefined;
  s.leading = { view: s.view, building: false };
  return s.leading;
}

/** Answer to `build`: proposes the block unless the view was left or voted in meanwhile (R2, R7). */
export function onBuilt(s: ReplicaState, view: View, block: Uint8Array, info: BlockInfo, transactions: number): void {
  if (s.leading?.view === view) s.leading.building = false;
  if (view !== s.view || s.leading === undefined || !mayPropose(s, view)) return;
  if (info.parentView < s.lastFinalized.view || s.leading.built !== undefined) return;
  holdBuilt(s, info, block);
  s.leading.built = { block, info, transactions };
  sendProposal(s, s.leading.built);
}

/** Signs proposal and vote and sends them. Without a signature the block waits: another one would contradict it (I4). */
function sendProposal(s: ReplicaState, built: Built): void {
  const { block, info, transactions } = built;
  const { view, digest, parentView, parentDigest } = info;
  const claim: ProposalClaim = { epoch: s.config.epoch, view, digest, parentView, parentDigest };
  const proposal = built.proposal ?? s.signer.propose(claim);
  if (proposal === undefined) return;
  built.proposal = proposal;
  const signed = s.signer.notarize(view, digest);
  if (signed === undefined) return;
  const { vote, record } = signed;
  const records = [proposal.record, record].filter((each) => each !== undefined);
  emitPersist(s, records, view, digest);
  const vs = viewAt(s, view);
  vs.ownNotarize = vote;
  vs.proposal = { claim, info, leader: s.self!, sig: proposal.sig, from: s.self! };
  vs.parentOk = true;
  vs.ownProposal = proposeMessage(s, info, block, proposal.sig, vote.sig);
  emit(s, { kind: "broadcast", message: vs.ownProposal });
  s.leading = undefined;
  observe(s, { what: "proposed", view, digest, height: info.height, transactions });
  countOwn(s, vote);
}

/** The proposal of this replica again, as R23 re-broadcasts it; after a restart it is signed again, with the same bytes. */
export function ownProposal(s: ReplicaState, view: View): Propose | undefined {
  const digest = s.signer.proposed(view);
  const vs = s.views.get(view);
  if (digest === undefined || vs === undefined) return undefined;
  const entry = s.blocks.get(digest);
  if (vs.ownProposal === undefined && entry !== undefined && vs.ownNotarize !== undefined) {
    const { parentView, parentDigest } = entry.info;
    const again = s.signer.propose({ epoch: s.config.epoch, view, digest, parentView, parentDigest });
    if (again === undefined) return undefined;
    vs.ownProposal = proposeMessage(s, entry.info, entry.block, again.sig, vs.ownNotarize.sig);
  }
  return vs.ownProposal;
}

/** R7: the parent's certificate and the nullifications of the skipped views, newest first, up to 66 in all. */
function proposeMessage(
  s: ReplicaState,
  info: BlockInfo,
  block: Uint8Array,
  proposeSig: Uint8Array,
  voteSig: Uint8Array,
): Propose {
  const { epoch, view } = info;
  const relied = reliedOn(s, view, info.parentView, info.parentDigest).slice(0, maxProposalProofs);
  const proofs = relied.map((proof) => proof.certificate);
  return { kind: "propose", epoch, view, proposeSig, voteSig, proofs, block };
}

function mayPropose(s: ReplicaState, view: View): boolean {
  return s.signer.maySign(view) && s.signer.notarized(view) === undefined && !s.signer.nullified(view);
}

/**
 * R7, R8: the time of a block built now, or undefined when it is too early, with a timer set. A block with transactions
 * keeps `min_block_interval` from its parent's time; an empty one waits for `empty_block_interval` from entering the view.
 */
function paced(s: ReplicaState, parent: BlockInfo): Millis | undefined {
  const { minBlockIntervalMs, emptyBlockIntervalMs, maxClockDriftFutureMs } = s.config;
  const wall = s.deps.wallMs();
  const timeMs = Math.max(wall, parent.timeMs + 1);
  const half = Math.floor(maxClockDriftFutureMs / 2);
  const waits = [parent.timeMs + minBlockIntervalMs - wall, timeMs - wall - half];
  if (!s.poolExecutable) waits.push(s.enteredAt + emptyBlockIntervalMs - s.now);
  const wait = Math.max(...waits);
  if (wait <= 0) return timeMs as Millis;
  emit(s, { kind: "setTimer", name: "pace", at: (s.now + wait) as Millis });
  return undefined;
}
