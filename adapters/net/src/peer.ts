import { PeerBudgets } from "./budgets.ts";
import type { Connection } from "./connection.ts";
import type { Channel } from "./frameTypes.ts";
import type { Hello } from "./hello.ts";
import type { NetLimits } from "./limits.ts";
import { PeerScore } from "./penalties.ts";

/** One identity we are, or were, connected with. */
export class Peer {
  /** Validator index, or n and above for followers. */
  readonly index: number;
  readonly peerId: string;
  readonly isValidator: boolean;
  readonly score: PeerScore;
  readonly budgets: PeerBudgets;
  /** Reported as up to the host. */
  isUp = false;
  isPaused = false;
  /** When a frame came last, on the monotonic clock. */
  seenMs: number;
  #lastWaitCharge = Number.NEGATIVE_INFINITY;
  /** Newest first; a second one exists only until the side with the smaller id has chosen (kairos N2). */
  readonly #connections: Record<Channel, Connection[]> = { consensus: [], bulk: [] };

  constructor(
    index: number,
    peerId: string,
    isValidator: boolean,
    limits: NetLimits,
    nowMs: number,
    score = new PeerScore(),
  ) {
    this.score = score;
    this.seenMs = nowMs;
    this.index = index;
    this.peerId = peerId;
    this.isValidator = isValidator;
    this.budgets = new PeerBudgets(limits, nowMs);
  }

  /** @returns true at most once a second. */
  mayChargeWait(nowMs: number): boolean {
    if (nowMs - this.#lastWaitCharge < 1_000) return false;
    this.#lastWaitCharge = nowMs;
    return true;
  }

  /** The connection to send on. */
  on(channel: Channel): Connection | undefined {
    return this.#connections[channel][0];
  }

  /** All connections of both channels. */
  all(): readonly Connection[] {
    return [...this.#connections.consensus, ...this.#connections.bulk];
  }

  get hello(): Hello | undefined {
    return (this.on("consensus") ?? this.on("bulk"))?.hello;
  }

  add(connection: Connection): void {
    this.#connections[connection.channel].unshift(connection);
  }

  remove(connection: Connection): boolean {
    const list = this.#connections[connection.channel];
    const at = list.indexOf(connection);
    if (at >= 0) list.splice(at, 1);
    return at >= 0;
  }

  /** Moves a connection behind the others of its channel. */
  sendLast(connection: Connection): void {
    if (this.remove(connection)) this.#connections[connection.channel].push(connection);
  }

  others(connection: Connection): readonly Connection[] {
    return this.#connections[connection.channel].filter((c) => c !== connection);
  }
}
