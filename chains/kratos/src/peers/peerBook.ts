import { type Millis, millis } from "@polis/codec";
import type { Store } from "@polis/ports";
import type { BlockFault } from "../block/checkHeader.ts";
import type { ImportOutcome } from "../chain/types.ts";
import { verdictOf } from "../chain/verdict.ts";
import type { NodeEffect } from "../node/seam.ts";
import type { PeerName } from "../wire/link.ts";
import { type Ban, Bans } from "./bans.ts";
import { type Deed, weightOf } from "./deeds.ts";
import { addScore, drift, newPeer, type PeerRecord } from "./peerRecord.ts";
import { countRequest, type RatedRequest, within } from "./rates.ts";

/** What a deed of a peer leads to. */
export type PeerEffect = Extract<NodeEffect, { kind: "disconnect" | "ban" | "remember" | "report" }>;

/** Limits of kratos-core 12.9 and 12.2. */
const DISCONNECT_BELOW = -100;
const BAN_MS = 86_400_000;
const RATE_BAN_MS = 3_600_000;
const MISMATCHES = 3;
const MISMATCH_WINDOW_MS = 3_600_000;
const FORGET_MS = 3_600_000;
/** Peers that are remembered; those that went first leave. */
const MAX_PEERS = 1_024;

/** What a node thinks of its peers: scores, bans, proven heights (kratos-core 12.9). */
export class PeerBook {
  readonly #bans: Bans;
  readonly #peers = new Map<PeerName, PeerRecord>();

  /** @param rows the chain's store, for the bans that the effect `remember` wrote @throws Error when one is damaged */
  constructor(rows: Pick<Store, "range">) {
    this.#bans = new Bans(rows);
  }

  /** A connection began. Ends it again for a banned peer, and for one whose score is still too low. */
  connected(now: Millis, peer: PeerName): readonly PeerEffect[] {
    const ban = this.#bans.of(now, peer);
    if (ban !== undefined) return [{ kind: "ban", peer, until: ban.until, reason: ban.reason }];
    const record = this.#record(now, peer);
    record.connected = true;
    return record.score < DISCONNECT_BELOW ? [{ kind: "disconnect", peer, reason: "score" }] : [];
  }

  disconnected(now: Millis, peer: PeerName): void {
    const record = this.#peers.get(peer);
    if (record === undefined) return;
    record.connected = false;
    record.joining = false;
    record.provenHeight = 0;
    record.seenAt = now;
  }

  /** Connected peers, in the order of their names. */
  peers(): readonly PeerName[] {
    return [...this.#peers].flatMap(([peer, { connected }]) => (connected ? [peer] : [])).sort(byName);
  }

  isConnected(peer: PeerName): boolean {
    return this.#peers.get(peer)?.connected === true;
  }

  /** Whether the peer said that it has no chain yet: it may only ask for what joins it (kratos-core 12.8). */
  isJoining(peer: PeerName): boolean {
    return this.#peers.get(peer)?.joining === true;
  }

  setJoining(peer: PeerName, joining: boolean): void {
    const record = this.#peers.get(peer);
    if (record?.connected === true) record.joining = joining;
  }

  /** Counts a deed. @param code what a log shows */
  charge(now: Millis, peer: PeerName, deed: Deed, code: string = deed): readonly PeerEffect[] {
    const { score, ban } = weightOf(deed);
    if (ban === true) return this.ban(now, peer, millis(now + BAN_MS), code);
    const record = this.#record(now, peer);
    addScore(record, score);
    const isLow = record.score < DISCONNECT_BELOW;
    const isRepeated = deed === "stateRootMismatch" && this.#countMismatch(record, now);
    if (isLow || isRepeated) {
      return [report(peer, code, "disconnect"), { kind: "disconnect", peer, reason: code }];
    }
    return score < 0 ? [report(peer, code, "score")] : [];
  }

  /** Counts a broken rule of a block that the peer sent (kratos-core 3.5). */
  chargeFault(now: Millis, peer: PeerName, fault: BlockFault): readonly PeerEffect[] {
    if (verdictOf(fault).ban) return this.charge(now, peer, "bannedFault", fault.code);
    if (fault.code === "StateRootMismatch") return this.charge(now, peer, "stateRootMismatch", fault.code);
    const deed = fault.code === "BlockNumberMismatch" ? "numberMismatch" : "invalidBlock";
    return this.charge(now, peer, deed, fault.code);
  }

  /** Counts what became of a block that the peer sent: only a fault costs anything (I43). */
  chargeOutcome(now: Millis, peer: PeerName, outcome: ImportOutcome): readonly PeerEffect[] {
    switch (outcome.kind) {
      case "imported":
        return this.charge(now, peer, "validBlock");
      case "fault":
        return this.chargeFault(now, peer, outcome.fault);
      case "known":
      case "stale":
        return this.charge(now, peer, "duplicateBlock");
      case "buffered":
      case "tooFar":
      case "future":
        return this.charge(now, peer, "outOfOrderBlock");
    }
  }

  /** Whether a request may be answered; the fifth one in a minute that is part of a flood is a ban of an hour. */
  allows(
    now: Millis,
    peer: PeerName,
    request: RatedRequest,
  ): { readonly allowed: boolean; readonly effects: readonly PeerEffect[] } {
    const verdict = countRequest(this.#record(now, peer), now, request);
    if (verdict !== "ban") return { allowed: verdict === "allowed", effects: [] };
    return { allowed: false, effects: this.ban(now, peer, millis(now + RATE_BAN_MS), `${request} requests`) };
  }

  /** Bans a peer until then. @returns nothing when it is banned for longer already */
  ban(now: Millis, peer: PeerName, until: Millis, reason: string): readonly PeerEffect[] {
    const rows = this.#bans.add(now, { peer, until, reason });
    this.disconnected(now, peer);
    if (rows.length === 0) return [];
    return [report(peer, reason, "ban"), { kind: "ban", peer, until, reason }, { kind: "remember", rows }];
  }

  /** Bans that are written down; some may be over. */
  bans(): readonly Ban[] {
    return this.#bans.all();
  }

  isBanned(now: Millis, peer: PeerName): boolean {
    return this.#bans.of(now, peer) !== undefined;
  }

  score(now: Millis, peer: PeerName): number {
    return this.#record(now, peer).score;
  }

  /** Mean score of the connected peers, rounded down; 0 without peers. */
  averageScore(now: Millis): number {
    const scores = this.peers().map((peer) => this.score(now, peer));
    return scores.length === 0 ? 0 : Math.floor(scores.reduce((sum, score) => sum + score, 0) / scores.length);
  }

  /** The peer delivered a valid header of this height (S13). */
  prove(peer: PeerName, height: number): void {
    const record = this.#peers.get(peer);
    if (record?.connected === true) record.provenHeight = Math.max(record.provenHeight, height);
  }

  /** The peer could not deliver what it claimed: no more than this height counts. */
  disprove(peer: PeerName, height: number): void {
    const record = this.#peers.get(peer);
    if (record !== undefined) record.provenHeight = Math.min(record.provenHeight, height);
  }

  /** The height that a connected peer proved; 0 when none. */
  provenHeight(peer: PeerName): number {
    return this.#peers.get(peer)?.provenHeight ?? 0;
  }

  /** The greatest height that a connected peer proved; 0 when none. */
  bestProven(): number {
    return [...this.#peers.values()].reduce((best, { provenHeight }) => Math.max(best, provenHeight), 0);
  }

  /** The third mismatch within an hour; the count begins again after it. */
  #countMismatch(record: PeerRecord, now: Millis): boolean {
    const recent = [...within(record.mismatches, now, MISMATCH_WINDOW_MS), now];
    record.mismatches = recent.length < MISMATCHES ? recent : [];
    return recent.length >= MISMATCHES;
  }

  #record(now: Millis, peer: PeerName): PeerRecord {
    let record = this.#peers.get(peer);
    const isForgotten = record?.connected === false && now - record.seenAt > FORGET_MS;
    if (record === undefined || isForgotten) {
      if (this.#peers.size >= MAX_PEERS) this.#forgetOne();
      record = newPeer(now);
      this.#peers.set(peer, record);
    }
    drift(record, now);
    return record;
  }

  /** Of the peers that are gone the one that went first; the oldest one when all are here. */
  #forgetOne(): void {
    const gone = [...this.#peers].filter(([, { connected }]) => !connected);
    const [first] = gone.length > 0 ? gone : [...this.#peers];
    const [peer] = gone.reduce((a, b) => (b[1].seenAt < a[1].seenAt ? b : a), first!);
    this.#peers.delete(peer);
  }
}

function report(peer: PeerName, code: string, action: "score" | "disconnect" | "ban"): PeerEffect {
  return { kind: "report", report: { kind: "fault", peer, code, action } };
}

function byName(a: PeerName, b: PeerName): number {
  return a < b ? -1 : 1;
}
