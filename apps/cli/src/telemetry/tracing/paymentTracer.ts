import type { Digest } from "@polis/codec";

/** Where spans go; times are monotonic milliseconds. */
export interface SpanSink {
  /** Begins the span of one payment. */
  begin(hash: Digest, startMs: number, attributes: SpanAttributes): PaymentSpan;
  /** Sends what waits, for a few seconds at the most. */
  close(): Promise<void>;
}

/** What is said of a span. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** The span of one payment. */
export interface PaymentSpan {
  /** A step that took from `startMs` to `endMs`. */
  step(name: StepName, startMs: number, endMs: number, attributes?: SpanAttributes): void;
  /** @param isFinal false: the payment was not final when it was given up */
  end(endMs: number, isFinal: boolean): void;
}

/** The steps of a payment's life, in their usual order. */
export const stepNames = [
  "received",
  "verified",
  "pooled",
  "proposed",
  "executed",
  "notarized",
  "finalized",
  "receipt served",
] as const;

/** One of them. */
export type StepName = (typeof stepNames)[number];

/** A transaction that has just entered the pool, with the times that led there. */
export interface TracedAdmission {
  readonly hash: Digest;
  /** The peer that sent it; undefined for this node's clients. */
  readonly from: number | undefined;
  readonly receivedMs: number;
  /** Its signatures were known to be right. */
  readonly verifiedMs: number;
}

/** A block that was executed here, or built. */
export interface TracedBlock {
  readonly digest: Digest;
  readonly view: number;
  readonly height: number;
  readonly hashes: readonly Digest[];
  /** When the block came, or its building began. */
  readonly startMs: number;
}

interface Open {
  readonly span: PaymentSpan;
  readonly receivedMs: number;
  lastMs: number;
  notarized: boolean;
  finalMs: number | undefined;
  blocks: number;
}

/** Payments followed at a time, blocks remembered, and blocks told of one payment. */
const maxOpen = 2_048;
const maxBlocks = 256;
const maxBlocksEach = 4;
/** How long a client may take to ask for the receipt, and a payment to become final. */
const servedWithinMs = 10_000;
const finalWithinMs = 120_000;

/**
 * Follows a part of the payments from the door of the node to the receipt. Which part follows from the transaction's hash,
 * so that all nodes follow the same ones.
 */
export class PaymentTracer {
  readonly #sink: SpanSink;
  readonly #limit: number;
  readonly #nowMs: () => number;
  readonly #open = new Map<Digest, Open>();
  readonly #blocks = new Map<Digest, readonly Digest[]>();

  /** @param ratio part of the payments that is followed, 0 to 1 */
  constructor(sink: SpanSink, ratio: number, nowMs: () => number) {
    this.#sink = sink;
    this.#limit = ratio * 2 ** 32;
    this.#nowMs = nowMs;
  }

  admitted({ hash, from, receivedMs, verifiedMs }: TracedAdmission): void {
    if (Number.parseInt(hash.slice(0, 8), 16) >= this.#limit || this.#open.size >= maxOpen) return;
    const now = this.#nowMs();
    const span = this.#sink.begin(
      hash,
      receivedMs,
      from === undefined ? { source: "rpc" } : { source: "peer", peer: from },
    );
    span.step("received", receivedMs, receivedMs);
    span.step("verified", receivedMs, verifiedMs);
    span.step("pooled", verifiedMs, now);
    this.#open.set(hash, { span, receivedMs, lastMs: now, notarized: false, finalMs: undefined, blocks: 0 });
  }

  executed({ digest, view, height, hashes, startMs }: TracedBlock): void {
    const followed = hashes.filter((hash) => this.#open.has(hash));
    if (followed.length === 0) return;
    const now = this.#nowMs();
    for (const hash of followed) {
      const open = this.#open.get(hash)!;
      if (++open.blocks > maxBlocksEach) continue;
      open.span.step("proposed", Math.min(open.lastMs, startMs), startMs, { view, height });
      open.span.step("executed", startMs, now, { view, height });
      open.lastMs = now;
    }
    this.#blocks.set(digest, followed);
    if (this.#blocks.size > maxBlocks) this.#blocks.delete(this.#blocks.keys().next().value!);
  }

  /** An M- or L-notarization of the block is known here. */
  notarized(digest: Digest): void {
    for (const hash of this.#blocks.get(digest) ?? []) {
      const open = this.#open.get(hash);
      if (open === undefined || open.notarized) continue;
      open.notarized = true;
      this.#step(open, "notarized");
    }
  }

  finalized(digest: Digest, hashes: readonly Digest[]): void {
    this.#blocks.delete(digest);
    for (const hash of hashes) {
      const open = this.#open.get(hash);
      if (open === undefined || open.finalMs !== undefined) continue;
      this.#step(open, "finalized");
      open.finalMs = open.lastMs;
    }
  }

  /** Somebody was told where the transaction is. */
  served(hash: Digest): void {
    const open = this.#open.get(hash);
    if (open?.finalMs === undefined) return;
    this.#step(open, "receipt served");
    this.#end(hash, open);
  }

  /** Ends the spans of payments whose receipt nobody wants, and of those that do not become final. Called every second. */
  tick(): void {
    const now = this.#nowMs();
    for (const [hash, open] of this.#open) {
      if (open.finalMs === undefined ? now - open.receivedMs > finalWithinMs : now - open.finalMs > servedWithinMs) {
        this.#end(hash, open);
      }
    }
  }

  /** Ends all spans and sends them. */
  async close(): Promise<void> {
    for (const [hash, open] of this.#open) this.#end(hash, open);
    await this.#sink.close();
  }

  #step(open: Open, name: StepName): void {
    const now = this.#nowMs();
    open.span.step(name, open.lastMs, now);
    open.lastMs = now;
  }

  #end(hash: Digest, { span, lastMs, finalMs }: Open): void {
    this.#open.delete(hash);
    span.end(lastMs, finalMs !== undefined);
  }
}
