/** Points of kairos N8 for what this package itself sees; other layers report theirs. */
export const POINTS_MALFORMED = 20;
export const POINTS_OVER_BUDGET = 1;
const LIMIT = 100;
const RELEASE_BELOW = 50;
const DAY_MS = 86_400_000;
const MAX_BANS = 4_096;

/** The score of one peer: points decay by one per second (kairos N8). */
export class PeerScore {
  #points = 0;
  #at = 0;
  #limited = false;

  /** @returns true when these points bring the peer to the limit. */
  add(points: number, nowMs: number): boolean {
    const before = this.value(nowMs);
    this.#points = Math.min(before + points, 10 * LIMIT);
    if (this.#points < LIMIT || this.#limited) return false;
    this.#limited = true;
    return true;
  }

  value(nowMs: number): number {
    const passed = Math.max(0, nowMs - this.#at) / 1000;
    this.#at = nowMs;
    this.#points = Math.max(0, this.#points - passed);
    if (this.#points < RELEASE_BELOW) this.#limited = false;
    return this.#points;
  }

  /** From the limit down to half of it: a validator is throttled this long. */
  isLimited(nowMs: number): boolean {
    if (this.#points === 0) return false;
    this.value(nowMs);
    return this.#limited;
  }
}

/** Who may not come back yet: 10 minutes, doubled each time up to a day (kairos N8). Validators are never entered. */
export class BanList {
  readonly #firstMs: number;
  readonly #bans = new Map<string, { readonly untilMs: number; readonly times: number }>();

  constructor(firstMs: number) {
    this.#firstMs = firstMs;
  }

  /** @returns the end of the ban, monotonic milliseconds. */
  ban(peerId: string, nowMs: number): number {
    const times = this.#bans.get(peerId)?.times ?? 0;
    const untilMs = nowMs + Math.min(DAY_MS, this.#firstMs * 2 ** Math.min(times, 20));
    this.#bans.delete(peerId);
    this.#bans.set(peerId, { untilMs, times: times + 1 });
    // The oldest entry goes first: a stranger can make new keys at will, so memory matters more than its history.
    if (this.#bans.size > MAX_BANS) this.#bans.delete(this.#bans.keys().next().value as string);
    return untilMs;
  }

  isBanned(peerId: string, nowMs: number): boolean {
    return (this.#bans.get(peerId)?.untilMs ?? 0) > nowMs;
  }
}
