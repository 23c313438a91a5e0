import type { RangeOptions, Row, Store } from "@polis/ports";
import { MemoryStore } from "../../testing/memoryStore.ts";

/** When a batch that is handed over now is on the disk. Never before the batch before it. */
export type DiskDelay = () => number;

/** A store whose last batches a power cut loses: they are visible at once, and on the disk a little later. */
export class CrashStore implements Store {
  #memory = new MemoryStore();
  #durableAt: number[] = [];
  /** More milliseconds for each batch: a disk that is busy. */
  extraMs = 0;
  readonly #now: () => number;
  readonly #delay: DiskDelay;

  constructor(now: () => number, delay: DiskDelay) {
    this.#now = now;
    this.#delay = delay;
  }

  get(table: string, key: Uint8Array): Uint8Array | undefined {
    return this.#memory.get(table, key);
  }

  range(table: string, options: RangeOptions) {
    return this.#memory.range(table, options);
  }

  commit(rows: readonly Row[]): Promise<void> {
    this.#durableAt.push(Math.max(this.#durableAt.at(-1) ?? 0, this.#now() + this.#delay() + this.extraMs));
    return this.#memory.commit(rows);
  }

  /** When everything that was handed over is on the disk. */
  get settledAt(): number {
    return this.#durableAt.at(-1) ?? 0;
  }

  /** The power is cut now: what is not on the disk is gone. */
  crash(): void {
    const kept = this.#durableAt.filter((at) => at <= this.#now());
    this.#memory = new MemoryStore(this.#memory.batches.slice(0, kept.length));
    this.#durableAt = kept;
  }
}
