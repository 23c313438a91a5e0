import type { Millis } from "@polis/codec";
import type { PeerBook, PeerEffect } from "../peers/peerBook.ts";
import { type AnswerSources, answerRequest } from "./answerRequest.ts";
import type { LinkEffect, LinkEvent } from "./link.ts";
import type { NodeRequest } from "./messages.ts";
import type { Wire } from "./wire.ts";

/** What a request did, and what it asked when it could be read. */
export interface Served {
  readonly effects: readonly (LinkEffect | PeerEffect)[];
  readonly request: NodeRequest | undefined;
}

/** What serves requests. */
export interface ServeParts {
  readonly wire: Wire;
  readonly book: PeerBook;
  readonly sources: AnswerSources;
}

/** What a node without a chain may ask; snapshots, because it asks for them as soon as it knows its genesis (12.8, 12.12). */
const FOR_JOINING: ReadonlySet<NodeRequest["kind"]> = new Set([
  "status",
  "genesis",
  "snapshotHeader",
  "snapshotHandoffs",
  "snapshotChunk",
]);

/**
 * Everything about an incoming request: reading it, the rates of 7.8 and 12.10, the answer, and what malformed bytes cost. The
 * caller looks at `request` for a status, which is news of the peer.
 */
export function serveRequest(
  { wire, book, sources }: ServeParts,
  now: Millis,
  { id, peer, protocol, bytes }: Extract<LinkEvent, { kind: "request" }>,
): Served {
  const decoded = wire.decodeRequest(protocol, bytes);
  if (!decoded.ok) {
    const effects = book.charge(now, peer, "malformed", decoded.fault.code);
    return { effects: [{ kind: "refuse", id }, ...effects], request: undefined };
  }
  const request = decoded.value;
  if (book.isJoining(peer) && !FOR_JOINING.has(request.kind)) return { effects: [{ kind: "refuse", id }], request };
  if (request.kind === "genesis" || request.kind === "votes") {
    const { allowed, effects } = book.allows(now, peer, request.kind);
    if (!allowed) return { effects: [{ kind: "refuse", id }, ...effects], request };
  }
  return { effects: [{ kind: "respond", id, bytes: wire.encodeResponse(answerRequest(sources, request)) }], request };
}
