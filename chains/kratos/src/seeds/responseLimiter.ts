import { type Millis, millis } from "@polis/codec";

/** Limits of the answers to one source over UDP, where a source may be forged. */
export interface ResponseLimits {
  readonly perSecond: number;
  readonly burst: number;
  /** Of the answers that are too many, each so-manyth is sent without records, so that a real asker turns to TCP. */
  readonly slipEvery: number;
  readonly maxSources: number;
}

/** What a resolver of many users needs, and little enough to be useless for a flood. */
export const responseLimits: ResponseLimits = { perSecond: 20, burst: 60, slipEvery: 2, maxSources: 10_000 };

/** Tokens are counted in thousandths, which is what flows in within a millisecond at one a second. */
const TOKEN = 1_000;

interface Bucket {
  tokens: number;
  at: Millis;
  refused: number;
}

/** Response limiting for a server over UDP (kratos-core 12.7): a token bucket for each source. */
export class ResponseLimiter {
  readonly #limits: ResponseLimits;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: ResponseLimits = responseLimits) {
    this.#limits = limits;
  }

  /** @param source as `ipSource` gives it @returns what to do with the answer: `slip` sends it without records */
  judge(source: string, now: Millis): "answer" | "slip" | "drop" {
    const { perSecond, burst, slipEvery, maxSources } = this.#limits;
    const bucket = this.#buckets.get(source) ?? { tokens: burst * TOKEN, at: now, refused: 0 };
    this.#buckets.delete(source);
    if (this.#buckets.size >= maxSources) this.#buckets.delete(this.#buckets.keys().next().value!);
    this.#buckets.set(source, bucket);
    bucket.tokens = Math.min(burst * TOKEN, bucket.tokens + Math.max(0, now - bucket.at) * perSecond);
    // A clock that is set back must not bring the same time twice.
    bucket.at = millis(Math.max(bucket.at, now));
    if (bucket.tokens >= TOKEN) {
      bucket.tokens -= TOKEN;
      return "answer";
    }
    bucket.refused += 1;
    return bucket.refused % slipEvery === 0 ? "slip" : "drop";
  }
}
