import type { Millis } from "@polis/codec";
import type { SimClock } from "../clock/simClock.ts";

interface Timer {
  readonly token: number;
  readonly at: Millis;
}

/** The named timers of one process: setting one again moves it, and what was meant for an older setting is stale. */
export class Timers {
  readonly #clock: SimClock;
  readonly #deliver: (atUs: number, name: string, token: number) => void;
  readonly #timers = new Map<string, Timer>();
  #token = 0;

  /** @param deliver puts a firing into the world's queue. */
  constructor(clock: SimClock, deliver: (atUs: number, name: string, token: number) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  /** Sets or moves a timer to a time of the node's monotonic clock. */
  set(name: string, at: Millis): void {
    const token = ++this.#token;
    this.#timers.set(name, { token, at });
    this.#deliver(this.#clock.whenUs(at), name, token);
  }

  cancel(name: string): void {
    this.#timers.delete(name);
  }

  clear(): void {
    this.#timers.clear();
  }

  /** True when this firing counts. The clock's rate may have changed since: a timer fires when the clock shows its time. */
  fires(name: string, token: number): boolean {
    const timer = this.#timers.get(name);
    if (timer?.token !== token) return false;
    if (this.#clock.monotonicMs() < timer.at) {
      this.set(name, timer.at);
      return false;
    }
    this.#timers.delete(name);
    return true;
  }
}
