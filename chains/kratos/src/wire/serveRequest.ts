import type { Millis } from "@polis/codec";
import type { PeerBook, PeerEffect } from "../peers/peerBook.ts";
import type { AnswerSources } from "./answerRequest.ts";
import type { LinkEffect, LinkEvent } from "./link.ts";
import type { NodeRequest } from "./messages.ts";
import type { Wire } from "./wire.ts";

/** What a request did, and what it asked when it could be read. */
export interface Served {
  readonly effects: readonly (LinkEffect | PeerEffect)[];
  readonly request: NodeRequest | undefined;
}

/**
 * Everything about an incoming request: reading it, the rates of 7.8 and 12.10, the answer, and what malformed bytes cost. The
 * caller looks at `request` for a status, which is news of the peer.
 */
export function serveRequest(
  _parts: { readonly wire: Wire; readonly book: PeerBook; readonly sources: AnswerSources },
  _now: Millis,
  _event: Extract<LinkEvent, { kind: "request" }>,
): Served {
  throw new Error("not written yet");
}
