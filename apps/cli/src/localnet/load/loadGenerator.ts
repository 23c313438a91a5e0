import { Samples } from "../samples.ts";
import { BATCH_MAX, Lane, type LoadAccount } from "./lane.ts";
import type { RpcClient } from "./rpcClient.ts";

export interface LoadOptions {
  readonly accounts: readonly LoadAccount[];
  /** One per validator. */
  readonly clients: readonly RpcClient[];
  /** Payments offered a second. */
  readonly ratePerSecond: number;
  /** Most payments sent and not yet final: a client that waits for its receipts, like a payment company's. */
  readonly inFlightMax: number;
  /** Payments final in the whole network, from the validators' reports. */
  readonly finalizedPayments: () => number;
}

const TICK_MS = 10;
/** Batches that one validator may get in a tick: a network of one takes as many payments as six take together. */
const SENDS_PER_LANE = 3;
/** Ticks between two looks at the receipts: their answers cost the validators time that the payments need. */
const POLL_EVERY = 2;
const REFRESH_MS = 1000;

/** A steady stream of real signed payments over the network API, evenly spread in time and over the validators. */
export class LoadGenerator {
  /** Milliseconds from submission to a receipt that the validator calls final, for a sample of the payments. */
  readonly paymentFinalityMs = new Samples();
  readonly #options: LoadOptions;
  readonly #lanes: readonly Lane[];
  #timers: NodeJS.Timeout[] = [];
  #owed = 0;
  #ticks = 0;
  #lastTick = 0;
  #turn = 0;
  #finalAtStart = 0;
  #finalLastSecond = -1;
  #lost = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    const shares = options.clients.map((_, lane) =>
      options.accounts.filter((__, i) => i % options.clients.length === lane),
    );
    this.#lanes = options.clients.map((client, i) => new Lane(client, shares[i] ?? [], this.paymentFinalityMs));
  }

  get sent(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.sent, 0);
  }

  get refused(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.refused, 0);
  }

  /** Learns all nonces, then starts to send. */
  async start(): Promise<void> {
    await this.#refresh();
    this.#finalAtStart = this.#options.finalizedPayments();
    this.#lastTick = performance.now();
    this.#timers = [setInterval(() => this.#tick(), TICK_MS), setInterval(() => this.#everySecond(), REFRESH_MS)];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #open(): number {
    return this.sent - this.refused - this.#lost - (this.#options.finalizedPayments() - this.#finalAtStart);
  }

  #tick(): void {
    const now = performance.now();
    const rate = this.#options.ratePerSecond;
    this.#owed = Math.min(this.#owed + ((now - this.#lastTick) / 1000) * rate, Math.max(1, rate / 5));
    this.#lastTick = now;
    let budget = Math.min(Math.floor(this.#owed), this.#options.inFlightMax - this.#open());
    for (let i = 0; i < SENDS_PER_LANE * this.#lanes.length && budget > 0; i++) {
      const lane = this.#lanes[this.#turn++ % this.#lanes.length];
      // One full batch to one validator after the other: requests cost more than the payments in them.
      const taken = lane?.send(Math.min(BATCH_MAX, budget)) ?? 0;
      budget -= taken;
      this.#owed -= taken;
    }
    if (this.#ticks++ % POLL_EVERY === 0) for (const lane of this.#lanes) lane.poll();
  }

  #everySecond(): void {
    void this.#refresh();
    // Payments that a validator took and lost when it was killed must not fill the window for ever.
    const final = this.#options.finalizedPayments();
    if (final === this.#finalLastSecond && this.#open() >= this.#options.inFlightMax) this.#lost += this.#open();
    this.#finalLastSecond = final;
  }

  async #refresh(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.refreshNonces()));
  }
}
