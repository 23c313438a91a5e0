import type { Digest, Millis } from "@polis/codec";
import type { PeerName } from "../wire/link.ts";

/** A parent that a peer's block names and that the peer says it does not have. */
export interface Debt {
  readonly hash: Digest;
  /** Number of the block that names it. */
  readonly child: number;
  readonly since: Millis;
}

/**
 * Who sent a block and has not its parent: an invalid block (kratos-core 12.9), or an honest peer that has made another
 * branch final since and forgot this one. Only a status that was asked for afterwards tells them apart.
 */
export class Debts {
  readonly #debts = new Map<PeerName, Debt>();

  /** The first of a peer stays until it is judged. */
  add(peer: PeerName, debt: Debt): void {
    if (!this.#debts.has(peer)) this.#debts.set(peer, debt);
  }

  /** Its connection ended: after a power cut it may really have lost what was not on disk yet. */
  forgive(peer: PeerName): void {
    this.#debts.delete(peer);
  }

  /** Takes the debt that a status is an answer to. @param sentAt when the status was asked for; undefined for one by gossip */
  due(peer: PeerName, sentAt: Millis | undefined): Debt | undefined {
    const debt = this.#debts.get(peer);
    if (debt === undefined || sentAt === undefined || sentAt < debt.since) return undefined;
    this.#debts.delete(peer);
    return debt;
  }
}
