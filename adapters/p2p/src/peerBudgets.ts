import type { P2pViolation } from "./errors.ts";
import { SlidingCount } from "./slidingCount.ts";
import type { P2pLimits, PeerName } from "./types.ts";

const HOUR_MS = 3_600_000;
/** Of the violations that a burst causes, one counts in ten seconds. */
const BURST_MS = 10_000;
const BURSTS: ReadonlySet<P2pViolation> = new Set(["GOSSIP_RATE", "GOSSIP_TOTAL", "BYTES_RATE", "REQUEST_FLOOD"]);
/** Peers remembered; of the disconnected ones the least recently seen goes first. */
const MAX_PEERS = 2_000;

interface Budget {
  readonly unaccepted: SlidingCount;
  readonly total: SlidingCount;
  readonly bytes: SlidingCount;
  readonly requests: SlidingCount;
  readonly sent: SlidingCount;
  readonly sentBulk: SlidingCount;
  readonly sentBytes: SlidingCount;
  violations: number[];
}

/** What each peer may send in ten seconds, and what it did beyond (kratos-core 12.8). */
export class PeerBudgets {
  readonly #limits: P2pLimits;
  readonly #nowMs: () => number;
  readonly #onBan: (peer: PeerName, reason: P2pViolation) => void;
  readonly #budgets = new Map<PeerName, Budget>();

  /** @param nowMs monotonic milliseconds @param onBan told when a peer has broken the limits too often */
  constructor(limits: P2pLimits, nowMs: () => number, onBan: (peer: PeerName, reason: P2pViolation) => void) {
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#onBan = onBan;
  }

  /** Counts bytes that a peer sent unasked. @returns whether it may */
  takeBytes(peer: PeerName, bytes: number): boolean {
    const held = this.#of(peer).bytes.take(this.#nowMs(), bytes, this.#limits.bytesPerPeerPer10S);
    if (!held) this.violation(peer, "BYTES_RATE");
    return held;
  }

  /** Counts a request. @returns whether it may be answered */
  takeRequest(peer: PeerName): boolean {
    const held = this.#of(peer).requests.take(this.#nowMs(), 1, this.#limits.requestsPerPeerPer10S);
    if (!held) this.violation(peer, "REQUEST_FLOOD");
    return held;
  }

  /** Counts messages before anything is known of them. @returns how many of them may be looked at */
  takeMessages(peer: PeerName, messages: number): number {
    const { total } = this.#of(peer);
    const now = this.#nowMs();
    const allowed = Math.min(messages, Math.max(0, this.#limits.gossipTotalPerPeerPer10S - total.total(now)));
    total.add(now, allowed);
    if (allowed < messages) this.violation(peer, "GOSSIP_TOTAL");
    return allowed;
  }

  /** Whether a peer may bring more: it has not yet brought too many messages that were not accepted. */
  mayBring(peer: PeerName): boolean {
    const within = this.#of(peer).unaccepted.total(this.#nowMs()) < this.#limits.gossipPerPeerPer10S;
    if (!within) this.violation(peer, "GOSSIP_RATE");
    return within;
  }

  /** Counts a message that was not accepted. */
  unaccepted(peer: PeerName): void {
    this.#of(peer).unaccepted.add(this.#nowMs(), 1);
  }

  /**
   * Counts what this node passes on, a tenth below what a peer of the same limits takes, so that relaying for others is
   * never a violation.
   * @param bulk its topic may take half
   */
  maySend(peer: PeerName, bytes: number, bulk: boolean): boolean {
    const { sent, sentBulk, sentBytes } = this.#of(peer);
    const now = this.#nowMs();
    const messages = Math.floor(this.#limits.gossipTotalPerPeerPer10S * 0.9);
    if (bulk && sentBulk.total(now) >= messages / 2) return false;
    if (sent.total(now) >= messages) return false;
    if (!sentBytes.take(now, bytes, this.#limits.bytesPerPeerPer10S * 0.9)) return false;
    sent.add(now, 1);
    if (bulk) sentBulk.add(now, 1);
    return true;
  }

  /** Notes a violation; the last that is allowed within an hour bans. */
  violation(peer: PeerName, reason: P2pViolation): void {
    const budget = this.#of(peer);
    const now = this.#nowMs();
    const last = budget.violations.at(-1);
    if (last !== undefined && now - last < BURST_MS && BURSTS.has(reason)) return;
    budget.violations = budget.violations.filter((at) => now - at < HOUR_MS);
    budget.violations.push(now);
    if (budget.violations.length < this.#limits.violationsBeforeBan) return;
    budget.violations = [];
    this.#onBan(peer, reason);
  }

  #of(peer: PeerName): Budget {
    let budget = this.#budgets.get(peer);
    if (budget === undefined) {
      budget = {
        unaccepted: new SlidingCount(),
        total: new SlidingCount(),
        bytes: new SlidingCount(),
        requests: new SlidingCount(),
        sent: new SlidingCount(),
        sentBulk: new SlidingCount(),
        sentBytes: new SlidingCount(),
        violations: [],
      };
      if (this.#budgets.size >= MAX_PEERS) this.#budgets.delete(this.#budgets.keys().next().value!);
    } else this.#budgets.delete(peer);
    this.#budgets.set(peer, budget);
    return budget;
  }
}
