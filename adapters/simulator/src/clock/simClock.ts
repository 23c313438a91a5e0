import type { Millis } from "@polis/codec";
import type { Clock } from "@polis/ports";

/** Unix milliseconds of virtual time zero. */
export const WALL_EPOCH_MS = 1_760_000_000_000;

/**
 * The two clocks of one machine. The monotonic one runs at `ratePerMille` of true time (timers: testing CK), starts
 * anew at every boot and never jumps; the wall clock is true time plus a skew that may change.
 */
export class SimClock implements Clock {
  ratePerMille = 1000;
  wallSkewMs = 0;
  readonly #nowUs: () => number;
  #bootUs = 0;
  #baseMs = 1000;

  /** @param nowUs reads the world's virtual time in microseconds. */
  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  /** Starts the monotonic clock at `baseMs`, with a new rate. */
  boot(baseMs: number, ratePerMille: number): void {
    this.#bootUs = this.#nowUs();
    this.#baseMs = baseMs;
    this.ratePerMille = ratePerMille;
  }

  /** Changes the rate without a jump. */
  setRate(ratePerMille: number): void {
    this.boot(this.monotonicMs(), ratePerMille);
  }

  monotonicMs(): Millis {
    const elapsed = Math.floor(((this.#nowUs() - this.#bootUs) * this.ratePerMille) / 1_000_000);
    return (this.#baseMs + elapsed) as Millis;
  }

  wallMs(): Millis {
    return (WALL_EPOCH_MS + Math.floor(this.#nowUs() / 1000) + this.wallSkewMs) as Millis;
  }

  /** The earliest virtual time in microseconds at which the monotonic clock shows `atMs`, never in the past. */
  whenUs(atMs: Millis): number {
    const wait = Math.ceil(((atMs - this.#baseMs) * 1_000_000) / this.ratePerMille);
    return Math.max(this.#nowUs(), this.#bootUs + wait);
  }
}
