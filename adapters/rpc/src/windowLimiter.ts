import type { RateLimiter } from "./rateLimiter.ts";

/** How much a client may ask, and what happens to one that asks more. */
export interface WindowLimits {
  /** Requests within any window. */
  readonly requests: number;
  readonly windowMs: number;
  /** So many refused requests, each less than a ban's length after the one before, are a ban. */
  readonly violations: number;
  readonly banMs: number;
  /** Clients remembered, and as many that are banned: the one seen or banned longest ago is forgotten first. */
  readonly maxClients: number;
}

interface Client {
  /** When its requests were taken, oldest first; those that left the window are dropped at its next request. */
  times: number[];
  violations: number;
  violatedAtMs: number;
}

/**
 * So many requests in any window and client, and a ban for clients that go on asking (kratos-core 13.1). Every request
 * weighs the same.
 * @param nowMs a monotonic clock in milliseconds
 * @example createWindowLimiter({ requests: 100, windowMs: 10_000, violations: 3, banMs: 300_000, maxClients: 10_000 }, now)
 */
export function createWindowLimiter(limits: WindowLimits, nowMs: () => number, banned?: () => void): RateLimiter {
  const { requests, windowMs, violations, banMs, maxClients } = limits;
  const clients = new Map<string, Client>();
  const bans = new Map<string, number>();
  const banLeft = (client: string): number => {
    const left = (bans.get(client) ?? 0) - nowMs();
    if (left > 0) return left;
    bans.delete(client);
    return 0;
  };
  const refused = (name: string, client: Client, waitMs: number): number => {
    const now = nowMs();
    client.violations = now - client.violatedAtMs < banMs ? client.violations + 1 : 1;
    client.violatedAtMs = now;
    if (client.violations < violations) return waitMs;
    clients.delete(name);
    bans.delete(name);
    forgetOldest(bans, maxClients);
    bans.set(name, now + banMs);
    banned?.();
    return banMs;
  };
  return {
    banLeft,
    take(name) {
      const left = banLeft(name);
      if (left > 0) return left;
      const now = nowMs();
      const client = clients.get(name) ?? { times: [], violations: 0, violatedAtMs: Number.NEGATIVE_INFINITY };
      clients.delete(name);
      forgetOldest(clients, maxClients);
      clients.set(name, client);
      const first = client.times.findIndex((time) => now - time < windowMs);
      client.times = first < 0 ? [] : client.times.slice(first);
      if (client.times.length >= requests) return refused(name, client, client.times[0]! + windowMs - now);
      client.times.push(now);
      return 0;
    },
  };
}

/** Makes room for one. */
function forgetOldest(map: Map<string, unknown>, max: number): void {
  if (map.size >= max) map.delete(map.keys().next().value!);
}
