import type { Logger } from "@polis/ports";

/** The latched readiness of kairos N12: a late waiter never misses it. */
export class Readiness {
  readonly #needed: number;
  readonly #timeoutMs: number;
  readonly #logger: Logger | undefined;
  readonly #promise: Promise<boolean>;
  #resolve: (complete: boolean) => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(needed: number, timeoutMs: number, logger: Logger | undefined) {
    this.#needed = needed;
    this.#timeoutMs = timeoutMs;
    this.#logger = logger;
    this.#promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Starts the bootstrap time. */
  start(connected: number): void {
    this.#timer = setTimeout(() => {
      this.#logger?.log("warn", "too few validators within p2p.bootstrap_timeout_ms", { needed: this.#needed });
      this.#resolve(false);
    }, this.#timeoutMs);
    this.connected(connected);
  }

  /** @param count validators connected now. */
  connected(count: number): void {
    if (count < this.#needed) return;
    clearTimeout(this.#timer);
    this.#resolve(true);
  }

  /** @returns true with enough validators, false after the time or the end. */
  wait(): Promise<boolean> {
    return this.#promise;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#resolve(false);
  }
}
