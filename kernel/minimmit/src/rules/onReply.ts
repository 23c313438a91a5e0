import type { Certificate } from "@polis/crypto";
import { maxCertificateViews, maxFetchTimeoutMs } from "../params.ts";
import type { Peer } from "../seam/events.ts";
import type { FetchedBlock, FetchReply } from "../seam/messages.ts";
import { type FetchItem, type OpenRequest, type ReplicaState, report } from "../state.ts";
import { holdBlock } from "./blocks.ts";
import { onCertificate } from "./certificates.ts";
import { forget, launch } from "./fetch.ts";
import { acceptRange, hasSaid, type RangeOutcome, reportWrongData } from "./sync.ts";

/** R12, N11: a reply, matched by its id. Progress asks for the rest at once; nothing new tries the next peer. */
export function onReply(s: ReplicaState, from: Peer, requestId: number, reply: FetchReply): void {
  if (requestId === 0) {
    onPush(s, from, reply);
    return;
  }
  const request = s.requests.get(requestId);
  if (request === undefined || request.peer !== from) {
    // Late replies to requests given up, or to those of before a restart, are nobody's fault.
    const settled = s.now - s.startedAt > 2 * maxFetchTimeoutMs;
    if (settled && requestId >= s.nextRequestId) report(s, from, "SYNC_UNSOLICITED");
    return;
  }
  const outcome = take(s, request, reply);
  if (outcome === "wrong") reportWrongData(s, from, request.request.kind);
  if (outcome === "empty") report(s, from, "SYNC_EMPTY", "punish", request.request.kind);
  for (const key of request.keys) {
    const item = s.fetches.get(key);
    if (item === undefined) continue;
    if (outcome === "wrong" || outcome === "empty" || reply.kind === "pruned") item.banned.add(from);
    if (item.banned.size >= candidates(s)) item.banned.clear();
    proceed(s, item, request, outcome);
  }
  if (outcome === "progress") revive(s);
}

/** How many peers could be asked. Who has lied, or has dropped the blocks, may be asked again only when all of them have. */
function candidates(s: ReplicaState): number {
  if (s.self !== undefined) return s.quorum.n - 1;
  return Math.max(1, s.linkUp.filter((up) => up).length);
}

/**
 * R12: news from a peer shows that the network works, so what has timed out more than once is asked for again now. Else
 * every missing ancestor of a block could wait for its own longest timeout, one after the other.
 */
function revive(s: ReplicaState): void {
  for (const item of s.fetches.values()) {
    if (item.attempts < 3) continue;
    item.attempts = 0;
    item.queued = true;
  }
}

type Outcome = RangeOutcome;

function take(s: ReplicaState, { request, peer }: OpenRequest, reply: FetchReply): Outcome {
  if (reply.kind === "busy") return "nothing";
  if (reply.kind === "notFound") {
    return request.kind === "blockRange" && hasSaid(s, peer, request.from) ? "empty" : "nothing";
  }
  // No fault of a peer that keeps fewer blocks; the timer paces the next round when nobody has them (kairos 6.4).
  if (reply.kind === "pruned") return request.kind === "blockRange" ? "nothing" : "wrong";
  if (request.kind === "certificates") {
    return reply.kind === "certificates" ? takeCertificates(s, reply.certificates, peer) : "wrong";
  }
  if (reply.kind !== "blocks") return "wrong";
  if (request.kind === "blockRange") return acceptRange(s, reply.items, peer, request.from);
  if (reply.items.length > request.digests.length) return "wrong";
  return takeBlocks(s, new Set(request.digests), reply.items);
}

/** Bodies asked for by digest: the digest is recomputed before anything else is done with them (T6). */
function takeBlocks(s: ReplicaState, wanted: ReadonlySet<string>, items: readonly FetchedBlock[]): Outcome {
  let outcome: Outcome = "nothing";
  for (const { block } of items) {
    const inspected = s.deps.inspect(block);
    if (!inspected.ok || !wanted.has(inspected.value.digest)) return "wrong";
    const info = inspected.value;
    if (s.blocks.has(info.digest) || info.view <= s.lastFinalized.view) continue;
    if (s.deps.isWhole?.(block) === false) return "wrong";
    holdBlock(s, info, block);
    s.dirty.vote = true;
    s.dirty.late = true;
    outcome = "progress";
  }
  return outcome;
}

function takeCertificates(s: ReplicaState, certificates: readonly Certificate[], from: Peer): Outcome {
  let outcome: Outcome = "nothing";
  // A view has at most one nullification, one finalization and few notarizations; more than this is a flood.
  for (const certificate of certificates.slice(0, 4 * maxCertificateViews)) {
    const before = s.views.get(certificate.view);
    const count = before === undefined ? 0 : before.notarizations.size;
    const had = [before?.finalization, before?.nullification];
    if (!onCertificate(s, certificate, from, "fetch")) return "wrong";
    const after = s.views.get(certificate.view);
    const isNew =
      after !== undefined &&
      (after.notarizations.size > count || after.finalization !== had[0] || after.nullification !== had[1]);
    if (isNew) outcome = "progress";
  }
  return outcome;
}

/** After progress the attempts start anew, elsewhere; a peer without news costs one attempt, and its timer paces the rest. */
function proceed(s: ReplicaState, item: FetchItem, request: OpenRequest, outcome: Outcome): void {
  if (outcome === "progress") {
    item.attempts = 0;
    // R28: the pages of a range are spread over peers.
    if (request.request.kind === "blockRange") item.sources.length = 0;
  }
  if (outcome !== "nothing" || item.attempts < s.quorum.n || item.build() === undefined) {
    forget(s, item, request.id);
    const isIdle = item.inFlight.every((id) => s.requests.get(id)?.expired !== false);
    if (isIdle || item.build() === undefined) launch(s, item);
  }
}

/** Finalized blocks that a validator pushes to a follower (N17): the same checks as an answered range (R28). */
function onPush(s: ReplicaState, from: Peer, reply: FetchReply): void {
  if (reply.kind !== "blocks") {
    report(s, from, "SYNC_UNSOLICITED");
    return;
  }
  const known = s.syncTop.height;
  const first = reply.items[0] && s.deps.inspect(reply.items[0].block);
  // A push that does not follow our tip still brings its certificate, by which the gap is noticed and closed.
  if (first?.ok && first.value.height > known + 1) {
    for (const { certificate } of reply.items) {
      if (certificate !== undefined && !onCertificate(s, certificate, from, "fetch")) return;
    }
  } else if (acceptRange(s, reply.items, from) === "wrong") reportWrongData(s, from, "push");
}
