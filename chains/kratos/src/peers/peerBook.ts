import type { Millis } from "@polis/codec";
import type { Store } from "@polis/ports";
import type { BlockFault } from "../block/checkHeader.ts";
import type { ImportOutcome } from "../chain/types.ts";
import type { NodeEffect } from "../node/seam.ts";
import type { PeerName } from "../wire/link.ts";
import type { Deed } from "./deeds.ts";

/** What a deed of a peer leads to. */
export type PeerEffect = Extract<NodeEffect, { kind: "disconnect" | "ban" | "remember" | "report" }>;

/** A peer that may not connect until then. */
export interface Ban {
  readonly peer: PeerName;
  readonly until: Millis;
  readonly reason: string;
}

/** Requests whose rate is limited per peer (kratos-core 7.8, 12.10). */
export type RatedRequest = "genesis" | "votes";

/** What a node thinks of its peers: scores, bans, proven heights (kratos-core 12.9). Bounded; the caller's clock. */
export class PeerBook {
  /** @param rows the chain's store, for the bans that the effect `remember` wrote */
  constructor(_rows: Pick<Store, "range">) {
    throw new Error("not written yet");
  }

  /** A connection began. Ends it again for a banned peer or one whose score is too low. */
  connected(_now: Millis, _peer: PeerName): readonly PeerEffect[] {
    throw new Error("not written yet");
  }

  disconnected(_now: Millis, _peer: PeerName): void {
    throw new Error("not written yet");
  }

  /** Connected peers, in the order of their names. */
  peers(): readonly PeerName[] {
    throw new Error("not written yet");
  }

  /** Counts a deed. @param code what a log shows */
  charge(_now: Millis, _peer: PeerName, _deed: Deed, _code: string = _deed): readonly PeerEffect[] {
    throw new Error("not written yet");
  }

  /** Counts a broken rule of a block that the peer sent (kratos-core 3.5). */
  chargeFault(_now: Millis, _peer: PeerName, _fault: BlockFault): readonly PeerEffect[] {
    throw new Error("not written yet");
  }

  /** Counts what became of a block that the peer sent. */
  chargeOutcome(_now: Millis, _peer: PeerName, _outcome: ImportOutcome): readonly PeerEffect[] {
    throw new Error("not written yet");
  }

  /** Whether a request may be answered; five that may not are a ban of an hour. */
  allows(
    _now: Millis,
    _peer: PeerName,
    _request: RatedRequest,
  ): { readonly allowed: boolean; readonly effects: readonly PeerEffect[] } {
    throw new Error("not written yet");
  }

  /** Bans that are written down; some may be over. */
  bans(): readonly Ban[] {
    throw new Error("not written yet");
  }

  isBanned(_now: Millis, _peer: PeerName): boolean {
    throw new Error("not written yet");
  }

  score(_now: Millis, _peer: PeerName): number {
    throw new Error("not written yet");
  }

  /** Mean score of the connected peers, rounded down; 0 without peers. */
  averageScore(_now: Millis): number {
    throw new Error("not written yet");
  }

  /** The peer delivered a valid header of this height (S13). */
  prove(_peer: PeerName, _height: number): void {
    throw new Error("not written yet");
  }

  /** The peer could not deliver what it claimed: its height counts no more. */
  disprove(_peer: PeerName): void {
    throw new Error("not written yet");
  }

  /** The height that a connected peer proved; 0 when none. */
  provenHeight(_peer: PeerName): number {
    throw new Error("not written yet");
  }

  /** The greatest height that a connected peer proved; 0 when none. */
  bestProven(): number {
    throw new Error("not written yet");
  }
}
