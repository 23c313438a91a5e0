import type { Millis } from "@polis/codec";

/** What a node waits for. */
export type TimerName = "slot" | "gadget" | "sync" | "finality" | "evidence";

/** Several timers in one: the seam has a single one. Times are steady. */
export class Timers {
  readonly #at = new Map<TimerName, Millis>();

  /** A later one of the same name replaces it. */
  set(name: TimerName, at: Millis): void {
    this.#at.set(name, at);
  }

  clear(name: TimerName): void {
    this.#at.delete(name);
  }

  /** Takes out what is due, the earliest first. */
  takeDue(now: Millis): readonly TimerName[] {
    const due = [...this.#at].filter(([, at]) => at <= now).sort(([, a], [, b]) => a - b);
    for (const [name] of due) this.#at.delete(name);
    return due.map(([name]) => name);
  }

  /** The earliest; undefined when nothing waits. */
  get next(): Millis | undefined {
    let next: Millis | undefined;
    for (const at of this.#at.values()) if (next === undefined || at < next) next = at;
    return next;
  }
}
