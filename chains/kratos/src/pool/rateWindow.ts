import type { Millis } from "@polis/codec";
import type { AccountId } from "../identifiers.ts";

/** Accounts that are counted; the one that began first is forgotten for another. */
const MAX_ACCOUNTS = 20_000;

/** Submissions of each account in the last window (kratos-core 2.7). */
export class RateWindow {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #times = new Map<AccountId, Millis[]>();

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** Counts a submission. False when there were too many before it; then it is not counted. */
  take(account: AccountId, now: Millis): boolean {
    const times = (this.#times.get(account) ?? []).filter((time) => now - time < this.#windowMs);
    if (times.length >= this.#limit) return false;
    times.push(now);
    this.#times.delete(account);
    if (this.#times.size >= MAX_ACCOUNTS) this.#times.delete(this.#times.keys().next().value!);
    this.#times.set(account, times);
    return true;
  }
}
