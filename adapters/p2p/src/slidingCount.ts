const CELLS = 10;

/** Adds up amounts over the last ten seconds, in cells of one second. */
export class SlidingCount {
  #second = 0;
  readonly #cells: number[] = new Array<number>(CELLS).fill(0);
  #sum = 0;

  /** The sum of the last ten seconds. @param nowMs monotonic milliseconds */
  total(nowMs: number): number {
    const second = Math.floor(nowMs / 1_000);
    const passed = Math.min(CELLS, Math.max(0, second - this.#second));
    for (let step = 1; step <= passed; step++) {
      const cell = (this.#second + step) % CELLS;
      this.#sum -= this.#cells[cell]!;
      this.#cells[cell] = 0;
    }
    if (passed === CELLS) {
      this.#cells.fill(0);
      this.#sum = 0;
    }
    if (second > this.#second) this.#second = second;
    return this.#sum;
  }

  add(nowMs: number, amount: number): void {
    this.total(nowMs);
    this.#cells[this.#second % CELLS]! += amount;
    this.#sum += amount;
  }

  /** Adds the amount if the sum stays within the limit. @returns whether it did */
  take(nowMs: number, amount: number, limit: number): boolean {
    if (this.total(nowMs) + amount > limit) return false;
    this.add(nowMs, amount);
    return true;
  }
}
