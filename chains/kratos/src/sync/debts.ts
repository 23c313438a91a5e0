import type { Digest, Millis } from "@polis/codec";
import type { PeerName } from "../wire/link.ts";
import type { Status } from "../wire/messages.ts";
import type { SyncChain } from "./types.ts";
import type { NamedParent } from "./wants.ts";

/** A parent that a peer's block names and that the peer says it does not have. */
export interface Debt extends NamedParent {
  readonly hash: Digest;
  readonly since: Millis;
}

/**
 * Who sent a block and has not its parent sent an invalid one (kratos-core 12.9), or is an honest peer that has made another
 * branch final since and forgot this one. A status that was asked for afterwards tells them apart, when nothing has become
 * final there in between.
 */
export class Debts {
  readonly #debts = new Map<PeerName, Debt>();
  readonly #chain: Pick<SyncChain, "final" | "isKnown">;

  constructor(chain: Pick<SyncChain, "final" | "isKnown">) {
    this.#chain = chain;
  }

  /** The first of a peer stays until it is judged. */
  add(peer: PeerName, debt: Debt): void {
    if (!this.#debts.has(peer)) this.#debts.set(peer, debt);
  }

  /** Its connection ended: after a power cut it may really have lost what was not on disk yet. */
  forgive(peer: PeerName): void {
    this.#debts.delete(peer);
  }

  /**
   * Judges the debt that a status is an answer to.
   * @param sentAt when the status was asked for; undefined for one by gossip
   * @returns what to charge: a ban for one who holds everything above his final block, and has none of it final since
   */
  judge(peer: PeerName, status: Status, sentAt: Millis | undefined): "bannedFault" | "withheld" | undefined {
    const debt = this.#debts.get(peer);
    if (debt === undefined || sentAt === undefined || sentAt < debt.since) return undefined;
    this.#debts.delete(peer);
    const { child, hash, final } = debt;
    if (child <= this.#chain.final.header.number || this.#chain.isKnown(hash)) return undefined;
    const hasMoved = status.finalizedHash !== final || child - 1 <= status.finalizedNumber;
    return hasMoved ? "withheld" : "bannedFault";
  }
}
