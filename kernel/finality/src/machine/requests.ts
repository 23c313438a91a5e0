import type { Millis } from "@polis/codec";
import type { FinalityEffect } from "../seam/effects.ts";
import type { FinalityMessage, FinalityPeer } from "../seam/events.ts";
import type { BlockRef, FinalityVote } from "../seam/types.ts";

/** Votes that answer one request (kratos-core 7.8). */
export const MAX_ANSWER = 500;
const INTERVAL_MS = 1_000;
/** Peers whose requests are timed. */
const MAX_TIMED_PEERS = 1_000;

/** What is asked of single peers and answered to them, either at most once a second for each peer (kratos-core 7.8). */
export class Requests {
  readonly #answered = new Map<FinalityPeer, Millis>();
  readonly #asked = new Map<FinalityPeer, Millis>();

  votes(now: Millis, to: FinalityPeer, { set, round }: Pick<FinalityVote, "set" | "round">): readonly FinalityEffect[] {
    return send(this.#asked, now, to, { kind: "votesRequest", set, round });
  }

  catchUp(now: Millis, to: FinalityPeer, { number }: BlockRef): readonly FinalityEffect[] {
    return send(this.#asked, now, to, { kind: "catchUpRequest", finalized: number });
  }

  answer(now: Millis, to: FinalityPeer, votes: readonly FinalityVote[]): readonly FinalityEffect[] {
    return send(this.#answered, now, to, { kind: "votesResponse", votes: votes.slice(0, MAX_ANSWER) });
  }
}

function send(
  times: Map<FinalityPeer, Millis>,
  now: Millis,
  to: FinalityPeer,
  message: FinalityMessage,
): readonly FinalityEffect[] {
  const last = times.get(to);
  if (last !== undefined && now - last < INTERVAL_MS) return [];
  if (times.size >= MAX_TIMED_PEERS) times.clear();
  times.set(to, now);
  return [{ kind: "send", to, message }];
}
