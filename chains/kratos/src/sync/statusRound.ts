import { type Millis, millis } from "@polis/codec";
import type { PeerName } from "../wire/link.ts";

/** Between two statuses of a peer: often enough for its clock (kratos-core 11.2) and its height. */
export const STATUS_MS = 15_000;
/** Soonest that a peer is asked again because something hints at news. */
const SOON_MS = 1_000;

/** When each connected peer is asked for its status next. */
export class StatusRound {
  readonly #due = new Map<PeerName, { readonly at: Millis; readonly askedAt: Millis | undefined }>();

  /** A peer connected: it is asked at once. */
  add(now: Millis, peer: PeerName): void {
    this.#due.set(peer, { at: now, askedAt: undefined });
  }

  remove(peer: PeerName): void {
    this.#due.delete(peer);
  }

  /** There is a hint that the peer has news. */
  hasten(now: Millis, peer: PeerName): void {
    const due = this.#due.get(peer);
    if (due === undefined) return;
    const soonest = millis(Math.max(now, (due.askedAt ?? 0) + SOON_MS));
    if (soonest < due.at) this.#due.set(peer, { ...due, at: soonest });
  }

  /** Takes the peers that are due, and plans their next time. A clock that went back makes all due. */
  take(now: Millis): readonly PeerName[] {
    const due = [...this.#due].flatMap(([peer, { at }]) => (at <= now || at > now + STATUS_MS ? [peer] : []));
    for (const peer of due) this.#due.set(peer, { at: millis(now + STATUS_MS), askedAt: now });
    return due;
  }

  /** When the next peer is due. */
  next(): Millis | undefined {
    const times = [...this.#due.values()].map(({ at }) => at);
    return times.length === 0 ? undefined : millis(Math.min(...times));
  }
}
