import type { Millis } from "@polis/codec";

/** Seconds that the rate looks back. */
const WINDOW_S = 10;

/** Counts imported blocks by the second. */
export class SyncRate {
  #counts: readonly { readonly second: number; readonly blocks: number }[] = [];

  add(now: Millis): void {
    const second = Math.floor(now / 1_000);
    const recent = this.#counts.filter((c) => c.second <= second && second - c.second <= WINDOW_S);
    const last = recent.at(-1);
    this.#counts =
      last?.second === second
        ? [...recent.slice(0, -1), { second, blocks: last.blocks + 1 }]
        : [...recent, { second, blocks: 1 }];
  }

  /** Blocks per second since the first one of the last ten seconds. */
  perSecond(now: Millis): number {
    const second = Math.floor(now / 1_000);
    const recent = this.#counts.filter((c) => c.second <= second && second - c.second < WINDOW_S);
    const [first] = recent;
    if (first === undefined) return 0;
    const blocks = recent.reduce((sum, c) => sum + c.blocks, 0);
    return Math.floor(blocks / (second - first.second + 1));
  }
}
