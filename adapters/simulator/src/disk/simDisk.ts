import type { Journal, RangeOptions, Row, Store } from "@polis/ports";
import type { Prng } from "../random/prng.ts";
import { SortedTable } from "./sortedTable.ts";

/** The disk has no room; a real node stops voting and exits (kairos 19, testing DF). */
export class DiskFullError extends Error {
  readonly code = "DISK_FULL";
  readonly hint = "the simulated disk gets its space back when the fault ends";
}

/** A row that was read does not match its checksum: it is never served, and the process stops (kairos S5, testing CO). */
export class StoreCorruptError extends Error {
  readonly code = "STORE_CORRUPT";
  readonly hint = "start again with an empty disk; the key's journal counts as lost (R27)";
}

interface Batch {
  readonly id: number;
  /** What restores the rows as they were before this batch, in the order in which to apply it. */
  readonly undo: Row[];
}

/**
 * A disk that tells written from durable. Batches are visible at once, become durable in call order when synced, and a
 * power cut keeps a random prefix of those that were not: whole batches, because the engine commits atomically (S4).
 */
export class SimDisk implements Store, Journal {
  full = false;
  #tables = new Map<string, SortedTable>();
  #unsynced: Batch[] = [];
  /** Values whose bits have flipped on the medium, by identity: another row may hold equal bytes. */
  readonly #damaged = new Set<Uint8Array>();
  #written = 0;
  #bytes = 0;

  get(table: string, key: Uint8Array): Uint8Array | undefined {
    return this.#checked(table, this.#tables.get(table)?.get(key));
  }

  range(table: string, options: RangeOptions): Iterable<readonly [key: Uint8Array, value: Uint8Array]> {
    const found = this.#tables.get(table)?.range(options.from, options.to, options.reverse ?? false, options.limit);
    return (found ?? []).map((entry) => [entry.key, this.#checked(table, entry.value)!] as const);
  }

  /** Applies all rows or none; returns the batch number for `syncTo`. Throws DiskFullError. */
  write(rows: readonly Row[]): number {
    if (this.full) throw new DiskFullError("the disk is full");
    const undo: Row[] = [];
    for (const row of rows) {
      const old = this.#put(row);
      undo.push({ table: row.table, key: row.key, value: old });
    }
    this.#unsynced.push({ id: ++this.#written, undo: undo.reverse() });
    return this.#written;
  }

  /** Makes this batch and all earlier ones durable. */
  syncTo(id: number): void {
    let synced = 0;
    while (synced < this.#unsynced.length && this.#unsynced[synced]!.id <= id) synced++;
    this.#unsynced.splice(0, synced);
  }

  /** A power cut: of the batches not yet durable the first `keep` survive. */
  crash(keep: number): void {
    for (let i = this.#unsynced.length - 1; i >= keep; i--) for (const row of this.#unsynced[i]!.undo) this.#put(row);
    this.#unsynced = [];
  }

  /**
   * Flips a bit in some stored values, each with `perMille` of 1000, at least one. Reads of them throw until they are
   * written anew: the engine's checksums cover every value (adapters/storage tests that they do).
   */
  corrupt(prng: Prng, perMille: number): void {
    const values: Uint8Array[] = [];
    for (const table of this.#tables.values()) {
      for (const { value } of table.range(undefined, undefined, false, table.size))
        if (value.length > 0) values.push(value);
    }
    if (values.length === 0) return;
    this.#damaged.add(prng.pick(values));
    for (const value of values) if (prng.chance(perMille)) this.#damaged.add(value);
  }

  /** True while a damaged value may still be read. */
  get isDamaged(): boolean {
    return this.#damaged.size > 0;
  }

  /** An empty disk, as after a replacement (testing T23). */
  wipe(): void {
    this.#tables = new Map();
    this.#unsynced = [];
    this.#damaged.clear();
    this.#bytes = 0;
  }

  /** Store port: written and durable at once. */
  commit(rows: readonly Row[]): Promise<void> {
    this.syncTo(this.write(rows));
    return Promise.resolve();
  }

  /** Journal port: written and durable at once. */
  append(rows: readonly Row[]): Promise<void> {
    return this.commit(rows);
  }

  /** Batches that a power cut now could lose. */
  get unsynced(): number {
    return this.#unsynced.length;
  }

  /** Bytes of all values held. */
  get bytes(): number {
    return this.#bytes;
  }

  #checked(table: string, value: Uint8Array | undefined): Uint8Array | undefined {
    if (value === undefined || this.#damaged.size === 0 || !this.#damaged.has(value)) return value;
    throw new StoreCorruptError(`a value of table ${table} does not match its checksum`);
  }

  #put(row: Row): Uint8Array | undefined {
    let table = this.#tables.get(row.table);
    if (table === undefined) {
      table = new SortedTable();
      this.#tables.set(row.table, table);
    }
    const old = table.put(row.key, row.value);
    if (old !== undefined) this.#damaged.delete(old);
    this.#bytes += (row.value?.length ?? 0) - (old?.length ?? 0);
    return old;
  }
}
