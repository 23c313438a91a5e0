/** Latency samples with exact percentiles, bounded: past the cap every second sample is dropped, and counted still. */
export class Samples {
  #values: number[] = [];
  #stride = 1;
  #seen = 0;
  readonly #cap: number;

  /** @param cap most samples kept; memory is 8 bytes each. */
  constructor(cap = 200_000) {
    this.#cap = cap;
  }

  /** Adds one value, in whatever unit the caller reads back. */
  add(value: number): void {
    if (this.#seen++ % this.#stride !== 0) return;
    this.#values.push(value);
    if (this.#values.length < this.#cap) return;
    this.#values = this.#values.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  /** Forgets everything, for example what was measured while warming up. */
  clear(): void {
    this.#values = [];
    this.#stride = 1;
    this.#seen = 0;
  }

  get count(): number {
    return this.#seen;
  }

  /**
   * @param q 0..1, by the nearest-rank rule.
   * @returns undefined when there are no samples.
   * @example samples.percentile(0.99)
   */
  percentile(q: number): number | undefined {
    if (this.#values.length === 0) return undefined;
    const sorted = Float64Array.from(this.#values).sort();
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))];
  }

  /** p50 and p99 rounded to a tenth, or null where nothing was measured: the form of the JSON reports. */
  summary(): { readonly p50: number | null; readonly p99: number | null } {
    const tenth = (value: number | undefined) => (value === undefined ? null : Math.round(value * 10) / 10);
    return { p50: tenth(this.percentile(0.5)), p99: tenth(this.percentile(0.99)) };
  }
}
