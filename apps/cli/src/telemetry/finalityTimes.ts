import type { Digest } from "@polis/codec";
import type { Certificate } from "@polis/crypto";
import type { Metrics } from "@polis/ports";

interface ViewRecord {
  seenAtMs: number | undefined;
  m: boolean;
  l: boolean;
  nullified: boolean;
  digest: Digest | undefined;
}

/** Views and refused blocks that are remembered; more than any window of consensus. */
const maxViews = 1_024;
const maxRejected = 64;

/** Remembers of recent views what counting each once and timing finality need (kairos 19.1). */
export class FinalityTimes {
  readonly #metrics: Metrics;
  readonly #nowMs: () => number;
  readonly #views = new Map<number, ViewRecord>();
  /** Blocks whose results differ here, until a certificate says that others saw it otherwise. */
  readonly #rejected = new Set<Digest>();

  constructor(metrics: Metrics, nowMs: () => number) {
    this.#metrics = metrics;
    this.#nowMs = nowMs;
  }

  /** A proposal of the view is here; the first one counts. */
  seen(view: number): void {
    this.#record(view).seenAtMs ??= this.#nowMs();
  }

  /** A certificate is known here; another one of the same kind and view changes nothing. */
  certified({ kind, view, digest }: Certificate): void {
    const record = this.#record(view);
    if (kind === "nullification") {
      if (!record.nullified) this.#metrics.count("consensus_nullifications_total");
      record.nullified = true;
      return;
    }
    // An L-notarization contains an M-notarization, and may be the first that is seen.
    if (!record.m) this.#metrics.count("consensus_m_notarizations_total");
    record.m = true;
    if (kind === "finalization") {
      if (!record.l) this.#metrics.count("consensus_l_notarizations_total");
      record.l = true;
    }
    record.digest = digest;
    if (digest !== undefined && this.#rejected.delete(digest)) this.#metrics.count("execution_root_mismatch_total");
  }

  /** The view's block is final. */
  final(view: number): void {
    const at = this.#views.get(view)?.seenAtMs;
    if (at !== undefined) this.#metrics.observe("consensus_finalization_latency_seconds", (this.#nowMs() - at) / 1_000);
  }

  /**
   * A block was refused here. That others certify a block whose results differ from this node's is the alarm: a leader
   * alone can propose any root.
   */
  rejected(digest: Digest, reason: string): void {
    if (reason !== "BLOCK_RESULT" && reason !== "BLOCK_SUPPLY") return;
    for (const record of this.#views.values()) {
      if (record.digest !== digest) continue;
      this.#metrics.count("execution_root_mismatch_total");
      return;
    }
    this.#rejected.add(digest);
    if (this.#rejected.size > maxRejected) this.#rejected.delete(this.#rejected.values().next().value!);
  }

  #record(view: number): ViewRecord {
    let record = this.#views.get(view);
    if (record === undefined) {
      record = { seenAtMs: undefined, m: false, l: false, nullified: false, digest: undefined };
      this.#views.set(view, record);
      if (this.#views.size > maxViews) this.#views.delete(this.#views.keys().next().value!);
    }
    return record;
  }
}
