import type { Prng } from "@polis/simulator";

/** The links between all nodes: delays, losses, partitions. */
export class Links {
  readonly #random: Prng;
  readonly #healsAtMs: number;
  readonly #groups: { readonly fromMs: number; readonly toMs: number; readonly side: readonly boolean[] }[] = [];

  /** @param healsAtMs from then on nothing is lost or cut */
  constructor(n: number, healsAtMs: number, random: Prng) {
    this.#random = random;
    this.#healsAtMs = healsAtMs;
    if (healsAtMs === 0) return;
    for (let i = 0; i < 2; i++) {
      const fromMs = random.below(Math.max(1, Math.min(healsAtMs, 2_000_000)));
      const toMs = Math.min(healsAtMs, fromMs + random.between(6_000, 60_000));
      this.#groups.push({ fromMs, toMs, side: Array.from({ length: n }, () => random.chance(500)) });
    }
  }

  /** When a message arrives that is sent now; undefined when it never does. */
  arrival(nowMs: number, from: number, to: number): number | undefined {
    const isCut = this.#groups.some(
      ({ fromMs, toMs, side }) => nowMs >= fromMs && nowMs < toMs && side[from] !== side[to],
    );
    const isLost = nowMs < this.#healsAtMs && this.#random.chance(30);
    if (isCut || isLost) return undefined;
    return nowMs + this.#random.between(20, nowMs < this.#healsAtMs ? 900 : 300);
  }
}
