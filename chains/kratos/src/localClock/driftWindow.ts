import type { PeerName } from "../wire/link.ts";

/** Samples that count (kratos-core 11.2). */
const MAX_SAMPLES = 120;
const WINDOW_MS = 120_000;
/** A peer that tells its time more often than this tells it once. */
const PER_PEER_MS = 10_000;
/** A sample beyond a day says no more than a day. */
const MAX_DRIFT_MS = 86_400_000;

interface Sample {
  readonly at: number;
  readonly driftMs: number;
  /** Undefined for a block. */
  readonly peer: PeerName | undefined;
}

/** Differences between this clock and others, of the last two minutes. */
export class DriftWindow {
  #samples: readonly Sample[] = [];

  get size(): number {
    return this.#samples.length;
  }

  /** Adds a sample. @returns false when the peer told its time just now */
  add(now: number, driftMs: number, peer: PeerName | undefined): boolean {
    const recent = this.#samples.filter(({ at }) => at <= now && now - at < WINDOW_MS);
    const isTooSoon = peer !== undefined && recent.some((s) => s.peer === peer && now - s.at < PER_PEER_MS);
    const bounded = Math.max(-MAX_DRIFT_MS, Math.min(MAX_DRIFT_MS, driftMs));
    this.#samples = isTooSoon ? recent : [...recent, { at: now, driftMs: bounded, peer }].slice(-MAX_SAMPLES);
    return !isTooSoon;
  }

  clear(): void {
    this.#samples = [];
  }

  /** The median; of two in the middle the one nearer to zero. 0 without samples. */
  median(): number {
    const sorted = this.#samples.map(({ driftMs }) => driftMs).sort((a, b) => a - b);
    const upper = sorted[sorted.length >> 1];
    const lower = sorted[(sorted.length - 1) >> 1];
    if (upper === undefined || lower === undefined) return 0;
    return Math.abs(lower) < Math.abs(upper) ? lower : upper;
  }
}
