interface Bucket {
  tokens: number;
  atMs: number;
}

/** What a client may ask, by its address (kairos 16.3, kratos-core 13.1). */
export interface RateLimiter {
  /** Takes `weight` tokens. @returns 0, or the milliseconds until there are enough. */
  take(client: string, weight: number): number;
  /** Takes tokens for what a body costs besides its calls; absent where every request weighs the same. */
  charge?(client: string, weight: number): number;
  /** Milliseconds until a banned client may ask again; 0 for all others. */
  banLeft(client: string): number;
}

/**
 * Makes a rate limiter bounded in memory: when `maxClients` are tracked, the one seen longest ago is forgotten.
 * @param perSecond tokens that flow in per second and client; 0 switches the limiter off
 * @param burst most tokens a client can save up
 * @param nowMs a monotonic clock in milliseconds
 * @example createRateLimiter(500, 1_000, 10_000, () => performance.now()).take("127.0.0.1", 1)
 */
export function createRateLimiter(
  perSecond: number,
  burst: number,
  maxClients: number,
  nowMs: () => number,
): RateLimiter {
  if (perSecond === 0) return { take: () => 0, banLeft: () => 0 };
  const buckets = new Map<string, Bucket>();
  const limiter: RateLimiter = {
    take(client, weight) {
      const now = nowMs();
      let bucket = buckets.get(client);
      if (bucket === undefined) {
        if (buckets.size >= maxClients) buckets.delete(buckets.keys().next().value!);
        bucket = { tokens: burst, atMs: now };
      } else {
        buckets.delete(client);
        bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.atMs) * perSecond) / 1000);
        bucket.atMs = now;
      }
      // Inserting again keeps the map in order of last use, which is what eviction reads.
      buckets.set(client, bucket);
      // A call heavier than the burst would never pass: it costs the whole burst instead.
      const price = Math.min(weight, burst);
      if (bucket.tokens < price) return Math.ceil(((price - bucket.tokens) * 1000) / perSecond);
      bucket.tokens -= price;
      return 0;
    },
    banLeft: () => 0,
  };
  return { ...limiter, charge: limiter.take };
}
