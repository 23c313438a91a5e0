import type { Digest, Millis, View } from "@polis/codec";
import {
  fetchTimeoutMs,
  maxDigestsPerRequest,
  maxFetchItems,
  maxFetchTimeoutMs,
  maxOutstandingPerItem,
} from "../params.ts";
import type { Peer } from "../seam/events.ts";
import type { FetchRequest } from "../seam/messages.ts";
import { emit, type FetchItem, type ReplicaState } from "../state.ts";

/**
 * R12: asks for an item, first from `source`. Wanting it again adds a source; the item ends by itself when `build` says
 * that nothing is missing. With `delayMs` the first request waits, because the thing may be on its way already.
 */
export function want(
  s: ReplicaState,
  key: string,
  build: () => FetchRequest | undefined,
  source: Peer | undefined,
  delayMs = 0,
): void {
  const held = s.fetches.get(key);
  if (held !== undefined) {
    held.build = build;
    addSource(s, held, source);
    askAgain(s, held);
    return;
  }
  if (s.fetches.size >= maxFetchItems || build() === undefined) return;
  const item: FetchItem = {
    key,
    build,
    sources: [],
    banned: new Set(),
    attempts: 0,
    inFlight: [],
    askedAt: s.now,
    queued: delayMs <= 0,
  };
  addSource(s, item, source);
  s.fetches.set(key, item);
  if (delayMs > 0) emit(s, { kind: "setTimer", name: `wait:${key}`, at: (s.now + delayMs) as Millis });
}

/**
 * An item that is wanted anew while its last request is overdue starts over: on a link that loses messages the doubled
 * timeouts of a few lost requests would otherwise add up to more than the time in which a laggard must recover.
 */
function askAgain(s: ReplicaState, item: FetchItem): void {
  if (item.attempts < 2 || s.now - item.askedAt < fetchTimeoutMs) return;
  item.attempts = 0;
  item.queued = true;
}

/** Sends what was wanted during this step; bodies wanted together share requests. */
export function flushFetches(s: ReplicaState): void {
  for (const item of s.fetches.values()) if (item.queued) launch(s, item);
}

/** R12: asks for the body of `digest`, a block of `view`; pointless once a block of that view or a later one is final. */
export function wantBlock(s: ReplicaState, digest: Digest, view: View, source: Peer | undefined, delayMs = 0): void {
  if (s.blocks.has(digest)) return;
  const missing = (): boolean => !s.blocks.has(digest) && view > s.lastFinalized.view;
  const build = (): FetchRequest | undefined => (missing() ? { kind: "blocksByDigest", digests: [digest] } : undefined);
  want(s, `block:${digest}`, build, source, delayMs);
}

/** More than k views below F: bodies come by ranges (R28), and single ones of the tip are neither asked for nor held. */
export function isFarBehind(s: ReplicaState): boolean {
  return s.finalizedView - s.lastFinalized.view > s.config.maxViewLead;
}

/** A timer of this file has fired: the next attempt, or the first one after its delay. Stale names do nothing. */
export function onFetchTimer(s: ReplicaState, name: string): void {
  if (name.startsWith("wait:")) {
    const item = s.fetches.get(name.slice(5));
    if (item !== undefined && item.attempts === 0) launch(s, item);
    return;
  }
  const request = s.requests.get(Number(name.slice(6)));
  if (request === undefined) return;
  request.expired = true;
  for (const key of request.keys) {
    const item = s.fetches.get(key);
    if (item?.inFlight.includes(request.id)) launch(s, item);
  }
}

/** Sends the next request of an item, or ends the item when nothing is missing any more. */
export function launch(s: ReplicaState, item: FetchItem): void {
  item.queued = false;
  let request = item.build();
  if (request === undefined) {
    s.fetches.delete(item.key);
    for (const id of item.inFlight) forget(s, item, id);
    return;
  }
  while (item.inFlight.length >= maxOutstandingPerItem) forget(s, item, item.inFlight[0]!);
  const to = choosePeer(s, item);
  if (to === undefined) return;
  const items = [item];
  if (request.kind === "blocksByDigest") request = joinIdle(s, items, request.digests);
  const id = s.nextRequestId++;
  s.requests.set(id, { id, peer: to, keys: items.map((each) => each.key), request, expired: false });
  const waitMs = Math.min(fetchTimeoutMs * 2 ** Math.min(item.attempts, 5), maxFetchTimeoutMs);
  for (const each of items) {
    each.attempts++;
    each.askedAt = s.now;
    each.inFlight.push(id);
  }
  emit(s, { kind: "fetch", to, requestId: id, request });
  emit(s, { kind: "setTimer", name: `fetch:${id}`, at: (s.now + waitMs) as Millis });
}

/** Drops one request of an item; a later reply to it is ignored. */
export function forget(s: ReplicaState, item: FetchItem, id: number): void {
  item.inFlight = item.inFlight.filter((other) => other !== id);
  const request = s.requests.get(id);
  if (request === undefined) return;
  for (const key of request.keys) if (s.fetches.get(key)?.inFlight.includes(id)) return;
  s.requests.delete(id);
}

/** Other wanted bodies that nobody has been asked for ride along: one request, up to 16 digests. */
function joinIdle(s: ReplicaState, items: FetchItem[], first: readonly Digest[]): FetchRequest {
  const digests = [...first];
  for (const other of s.fetches.values()) {
    if (digests.length >= maxDigestsPerRequest) break;
    if (!other.queued) continue;
    const request = other.build();
    if (request?.kind !== "blocksByDigest") continue;
    other.queued = false;
    items.push(other);
    digests.push(...request.digests);
  }
  return { kind: "blocksByDigest", digests };
}

function addSource(s: ReplicaState, item: FetchItem, source: Peer | undefined): void {
  if (source === undefined || source === s.self || item.sources.includes(source)) return;
  if (item.sources.length < 8) item.sources.push(source);
}

/**
 * The sources in turn, then the others in turn, those with a link first; peers that lied for this item never. A follower
 * has links with some validators only, and perhaps with other followers that its host has named: it asks nobody else.
 * When all of them have been asked, one whose answer is overdue is asked again: it may have been lost with the link.
 */
function choosePeer(s: ReplicaState, item: FetchItem): Peer | undefined {
  const asked = item.inFlight.map((id) => s.requests.get(id));
  return (
    choosePeerBut(s, item, new Set(asked.map((request) => request?.peer))) ??
    choosePeerBut(s, item, new Set(asked.map((request) => (request?.expired ? undefined : request?.peer))))
  );
}

function choosePeerBut(s: ReplicaState, item: FetchItem, busy: ReadonlySet<Peer | undefined>): Peer | undefined {
  const good = (peer: Peer): boolean => peer !== s.self && !item.banned.has(peer) && !busy.has(peer);
  if (item.attempts < item.sources.length) {
    const source = item.sources[item.attempts]!;
    if (good(source) && s.linkUp[source] !== false) {
      if (source < s.quorum.n) s.nextPeer = (source + 1) % s.quorum.n;
      return source;
    }
  }
  return s.self === undefined
    ? nextInTurn(s, Math.max(s.quorum.n, s.linkUp.length), (peer) => good(peer) && s.linkUp[peer] === true)
    : (nextInTurn(s, s.quorum.n, (peer) => good(peer) && s.linkUp[peer] !== false) ?? nextInTurn(s, s.quorum.n, good));
}

/** The next peer below `count` for which `fits` holds. */
function nextInTurn(s: ReplicaState, count: number, fits: (peer: Peer) => boolean): Peer | undefined {
  for (let i = 0; i < count; i++) {
    const peer = (s.nextPeer + i) % count;
    if (!fits(peer)) continue;
    s.nextPeer = (peer + 1) % count;
    return peer;
  }
  return undefined;
}
