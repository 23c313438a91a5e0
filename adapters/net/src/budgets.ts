import type { BudgetClass } from "./frameTypes.ts";
import type { NetLimits } from "./limits.ts";
import { TokenBucket } from "./tokenBucket.ts";

const CLASSES = ["vote", "proposal", "certificate", "transaction", "request", "discovery", "other"] as const;

/** All token buckets of one peer (kairos N7), and the slower ones while it is throttled (kairos N8). */
export class PeerBudgets {
  readonly #buckets: ReadonlyMap<BudgetClass, TokenBucket>;
  readonly #throttled: ReadonlyMap<BudgetClass, TokenBucket>;
  readonly #bytes: TokenBucket;

  constructor(limits: NetLimits, nowMs: number) {
    const make = (divisor: number) =>
      new Map<BudgetClass, TokenBucket>(
        CLASSES.map((c) => [c, new TokenBucket(limits[c].perSecond / divisor, limits[c].burst / divisor, nowMs)]),
      );
    this.#buckets = make(1);
    this.#throttled = make(10);
    this.#bytes = new TokenBucket(limits.bytes.perSecond, limits.bytes.burst, nowMs);
  }

  /**
   * Pays for one frame.
   * @param throttled the peer is a validator under penalty: a tenth of the rate.
   * @returns 0 when paid, else the milliseconds until it can be.
   */
  pay(budget: BudgetClass, frameBytes: number, throttled: boolean, nowMs: number): number {
    const bucket = (throttled ? this.#throttled : this.#buckets).get(budget);
    const wait = Math.max(bucket?.waitMs(1, nowMs) ?? 0, this.#bytes.waitMs(frameBytes, nowMs));
    if (wait > 0) return wait;
    bucket?.take(1, nowMs);
    this.#bytes.take(frameBytes, nowMs);
    return 0;
  }
}
