import type { Seconds } from "@polis/codec";

/** Limits of kratos-core 12.4; tests may lower them. */
export interface GateLimits {
  readonly requestsPerMinute: number;
  readonly violationsBeforeBan: number;
  readonly banSeconds: number;
  /** Sources that are remembered, and bans: of each the oldest is forgotten first. */
  readonly maxSources: number;
}

/** The limits of kratos-core 12.4. */
export const gateLimits: GateLimits = {
  requestsPerMinute: 30,
  violationsBeforeBan: 5,
  banSeconds: 3_600,
  maxSources: 10_000,
};

interface Source {
  /** Times of the requests of the last minute. */
  readonly times: Seconds[];
  /** Times of the violations of the last hour. */
  violations: Seconds[];
}

/** Who may ask a seed server: a rate for each source, and a ban for those who break rules again and again. */
export class RequestGate {
  readonly #limits: GateLimits;
  readonly #sources = new Map<string, Source>();
  readonly #bannedUntil = new Map<string, number>();

  constructor(limits: GateLimits = gateLimits) {
    this.#limits = limits;
  }

  /** Counts a request. One above the rate is a violation. @param source as `ipSource` gives it */
  admit(source: string, now: Seconds): "admitted" | "RateLimited" | "Banned" {
    if (this.isBanned(source, now)) return "Banned";
    const { times } = this.#source(source);
    while (times.length > 0 && now - times[0]! >= 60) times.shift();
    if (times.length < this.#limits.requestsPerMinute) {
      times.push(now);
      return "admitted";
    }
    this.violation(source, now);
    return "RateLimited";
  }

  /** Counts a broken rule; the fifth within an hour bans. */
  violation(source: string, now: Seconds): void {
    const entry = this.#source(source);
    entry.violations = [...entry.violations.filter((time) => now - time < 3_600), now];
    if (entry.violations.length < this.#limits.violationsBeforeBan) return;
    this.#sources.delete(source);
    forgetOldest(this.#bannedUntil, this.#limits.maxSources);
    this.#bannedUntil.set(source, now + this.#limits.banSeconds);
  }

  isBanned(source: string, now: Seconds): boolean {
    const until = this.#bannedUntil.get(source);
    if (until !== undefined && until <= now) this.#bannedUntil.delete(source);
    return until !== undefined && until > now;
  }

  /** Sources that are banned now. */
  banned(now: Seconds): number {
    let count = 0;
    for (const until of this.#bannedUntil.values()) if (until > now) count += 1;
    return count;
  }

  #source(source: string): Source {
    const entry = this.#sources.get(source) ?? { times: [], violations: [] };
    // Inserted again, so that the order is that of the last request.
    this.#sources.delete(source);
    forgetOldest(this.#sources, this.#limits.maxSources);
    this.#sources.set(source, entry);
    return entry;
  }
}

function forgetOldest(map: Map<string, unknown>, max: number): void {
  if (map.size >= max) map.delete(map.keys().next().value!);
}
