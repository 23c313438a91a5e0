import { type Digest, type Fault, millis, type Result } from "@polis/codec";
import type { KairosLedger } from "@polis/kairos";
import type { Clock, Metrics } from "@polis/ports";
import type { Fills } from "../../telemetry/fills.ts";
import type { PaymentTracer } from "../../telemetry/tracing/paymentTracer.ts";
import { TransactionGossip } from "../gossip/transactionGossip.ts";
import type { VerifyPool } from "../verify/pool.ts";
import { type Admitted, TransactionIntake } from "./intake.ts";
import { TransactionBudget } from "./transactionBudget.ts";

export interface DeskOptions {
  readonly ledger: KairosLedger;
  readonly pool: VerifyPool | undefined;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly fills: Pick<Fills, "note">;
  readonly tracer: PaymentTracer | undefined;
  readonly validators: number;
  readonly peers: () => readonly number[];
  readonly send: (to: number, type: number, body: Uint8Array) => void;
  readonly report: (peer: number, fault: Fault) => void;
  /** For a transaction that a correct peer would not have sent. */
  readonly reportTransaction: (peer: number, fault: Fault) => void;
  /** Transactions a second that one peer may send (kairos N7). */
  readonly ratePerSecond: number;
  /** Transactions that may wait to be announced again. */
  readonly broadcastQueue: number;
  readonly onPoolChanged: () => void;
  /** Transactions that have just entered the pool. */
  readonly onPooled: (hashes: readonly Digest[]) => void;
  readonly fail: (error: unknown) => void;
}

const FROM_RPC = Object.freeze({ source: "rpc" });
const FROM_PEER = Object.freeze({ source: "peer" });
/** Transactions whose time of admission is kept for the latency metric. */
const TIMED_MAX = 100_000;

/** The mempool unit of a node (kairos 1.6): admission, spreading, and what happens to a transaction afterwards. */
export class TransactionDesk {
  readonly gossip: TransactionGossip;
  readonly #options: DeskOptions;
  readonly #intake: TransactionIntake;
  readonly #admittedAtMs = new Map<Digest, number>();

  constructor(options: DeskOptions) {
    const { ledger, pool, peers, send, report, validators } = options;
    this.#options = options;
    this.#intake = new TransactionIntake({
      pool,
      admit: (envelope, sender) => {
        const { clock } = options;
        const admitted = ledger.admit(clock.monotonicMs(), Math.floor(clock.wallMs() / 1000), envelope, sender);
        return admitted.ok ? { ok: true, value: admitted.value.hash } : admitted;
      },
      onAdmitted: (admitted) => this.#onAdmitted(admitted),
      onRefused: (from, refusal) => this.#onRefused(from, refusal),
      fail: options.fail,
    });
    const budget = new TransactionBudget(options.ratePerSecond);
    this.gossip = new TransactionGossip({
      budget,
      queueSize: options.broadcastQueue,
      nowMs: () => performance.now(),
      validators,
      peers,
      send,
      report,
      held: (hash) => ledger.pool.get(hash),
      receive: (from, envelopes) => {
        options.metrics.count("mempool_transactions_received_total", envelopes.length, FROM_PEER);
        this.#intake.receive(from, envelopes);
        options.fills.note("transactions", this.#intake.waiting);
      },
    });
  }

  /** From the programming interfaces. */
  submit(envelope: Uint8Array): Promise<Result<Digest, Fault>> {
    this.#options.metrics.count("mempool_transactions_received_total", 1, FROM_RPC);
    const submitted = this.#intake.submit(envelope);
    this.#options.fills.note("transactions", this.#intake.waiting);
    return submitted;
  }

  /** Transactions of blocks that are final. */
  onIncluded(hashes: readonly Digest[]): void {
    const now = performance.now();
    for (const hash of hashes) {
      const at = this.#admittedAtMs.get(hash);
      if (at === undefined) continue;
      this.#admittedAtMs.delete(hash);
      this.#options.metrics.observe("tx_finality_latency_seconds", (now - at) / 1000);
    }
    this.gossip.onFinalized(hashes);
  }

  /** Drops what has expired (M8) and announces again what waits (M9). */
  housekeep(regossipMs: number): void {
    const { ledger, clock } = this.#options;
    const expired = ledger.expire(clock.monotonicMs(), Math.floor(clock.wallMs() / 1000));
    this.gossip.onFinalized(expired);
    for (const hash of expired) this.#admittedAtMs.delete(hash);
    this.gossip.regossip(performance.now(), regossipMs);
  }

  close(): void {
    this.#intake.close();
  }

  #onAdmitted(admitted: readonly Admitted[]): void {
    const now = performance.now();
    for (const { hash, from } of admitted) {
      if (from === undefined && this.#admittedAtMs.size < TIMED_MAX) this.#admittedAtMs.set(hash, now);
    }
    this.#trace(admitted, now);
    this.gossip.onAdmitted(millis(Math.floor(now)), admitted);
    this.#options.onPooled(admitted.map(({ hash }) => hash));
    this.#options.onPoolChanged();
  }

  #trace(admitted: readonly Admitted[], now: number): void {
    const { tracer } = this.#options;
    if (tracer === undefined) return;
    for (const { hash, from, receivedMs = now, verifiedMs = now } of admitted) {
      tracer.admitted({ hash, from, receivedMs, verifiedMs });
    }
  }

  #onRefused(from: number | undefined, refusal: Fault): void {
    this.#options.metrics.count("mempool_transactions_rejected_total", 1, { reason: refusal.code });
    if (from !== undefined && refusal.verdict === "punish") this.#options.reportTransaction(from, refusal);
  }
}
