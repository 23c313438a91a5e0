import { join } from "node:path";
import type { Journal, RangeOptions, Row, Store } from "@polis/ports";
import { fillDataFile } from "./checkFile.ts";
import { checkRows } from "./checkRows.ts";
import { isSealed, unseal } from "./checksum.ts";
import type { Environment, Table } from "./environment.ts";
import { StorageError, toStorageError } from "./errors.ts";
import { type FreeSpace, freeSpace } from "./freeSpace.ts";
import { PendingRows } from "./pending.ts";
import { mergeRange, textRange } from "./range.ts";
import { openSnapshot, type Snapshot } from "./snapshot.ts";
import {
  MAX_PENDING_BATCHES,
  MAX_PENDING_BYTES,
  type Storage,
  type StorageOptions,
  type StorageStats,
  type Verification,
} from "./types.ts";
import { writeBatch } from "./writeBatch.ts";

const SMALLEST_KEY = Uint8Array.of(0);
/** What must be free besides an estimate of a batch's pages: 16 KiB per row for the path through the trees. */
const RESERVE_BYTES = 16 << 20;
const RESERVE_PER_ROW_BYTES = 16 << 10;

/** LMDB behind the Store and the Journal. Made by `openStorage`. */
export class LmdbStorage implements Storage {
  readonly store: Store;
  readonly journal: Journal;
  readonly #env: Environment;
  readonly #options: StorageOptions;
  readonly #release: () => void;
  readonly #pending = new PendingRows();
  #failure: StorageError | undefined;
  /** A write has failed inside LMDB. */
  #broken = false;
  #closing: Promise<void> | undefined;
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(env: Environment, options: StorageOptions, release: () => void) {
    this.#env = env;
    this.#options = options;
    this.#release = release;
    this.store = {
      get: (table, key) => this.#get(table, key),
      range: (table, range) => this.#range(table, range),
      commit: (rows) => this.#write(rows, false),
    };
    this.journal = { append: (rows) => this.#write(rows, true) };
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  #table(name: string): Table {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined) throw new StorageError("STORAGE_CLOSED", "the store is closed");
    const table = this.#env.tables.get(name);
    if (table === undefined) throw new RangeError(`no table is named ${name}`);
    // Another process writes: a snapshot that lmdb-js keeps until the end of its turn may be older than what it was told.
    if (this.#options.readOnly === true && this.#options.pinned !== true) this.#env.root.resetReadTxn();
    return table;
  }

  #get(name: string, key: Uint8Array): Uint8Array | undefined {
    const table = this.#table(name);
    const pending = this.#pending.get(name, key);
    if (pending !== undefined) return pending.value?.slice();
    let stored: Buffer | undefined;
    try {
      stored = table.db.getBinary(key);
    } catch (error) {
      throw toStorageError(`reading ${name}`, error);
    }
    return stored === undefined ? undefined : unseal(stored, name, table.seed, key);
  }

  #range(name: string, options: RangeOptions): Iterable<readonly [Uint8Array, Uint8Array]> {
    const table = this.#table(name);
    const range = textRange(options);
    const reverse = options.reverse === true;
    if (range.to !== undefined && range.to <= range.from) return [];
    const changes = this.#pending.changes(name, range, reverse);
    return mergeRange(this.#stored(table, options), changes, reverse, options.limit);
  }

  *#stored(table: Table, { from, to, reverse }: RangeOptions): Generator<readonly [Uint8Array, Uint8Array]> {
    // LMDB has no empty key, and an empty bound is no bound. Without an end, lmdb-js leaves out the smallest key, 0x00,
    // from a backward range; so the end is always given.
    const low = from !== undefined && from.length > 0 ? from : undefined;
    const bounds =
      reverse === true
        ? { reverse, ...(to && { start: to, exclusiveStart: true }), end: low ?? SMALLEST_KEY, inclusiveEnd: true }
        : { ...(low && { start: low }), ...(to && { end: to }) };
    for (const { key, value } of table.db.getRange(bounds)) {
      yield [key, unseal(value, table.name, table.seed, key)];
    }
  }

  async #write(rows: readonly Row[], mustBeDurable: boolean): Promise<void> {
    if (this.#options.readOnly === true) throw new StorageError("STORAGE_READ_ONLY", "the store is open for reading");
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined) throw new StorageError("STORAGE_CLOSED", "the store is closed");
    if (rows.length === 0) {
      // Batches commit in call order, so an empty one is durable when those before it are.
      await this.#lastWrite;
      if (this.#failure !== undefined) throw this.#failure;
      return;
    }
    const bytes = checkRows(rows, (name) => this.#env.tables.has(name));
    if (this.#pending.batches >= MAX_PENDING_BATCHES || this.#pending.bytes + bytes > MAX_PENDING_BYTES) {
      throw new StorageError("STORAGE_OVERLOADED", "too many batches wait for the disk");
    }
    this.#checkSpace(rows.length, bytes);
    const token = this.#pending.add(rows, bytes);
    const written = this.#settle(writeBatch(rows, bytes, this.#env.tables), token, mustBeDurable);
    this.#lastWrite = written.catch(() => undefined);
    await written;
  }

  /**
   * Refuses a batch that may not fit on the disk. When a write inside lmdb-js 3.5 meets a full disk it overruns a buffer
   * of its own while it words the error, and the process may abort; so a full disk is found here, before. Batches that wait
   * have not taken their space yet.
   */
  #checkSpace(rows: number, bytes: number): void {
    const reserve = this.#options.reserveBytes ?? RESERVE_BYTES + rows * RESERVE_PER_ROW_BYTES;
    if (reserve === 0 || freeSpace(this.#options.path).freeBytes >= reserve + 2 * (this.#pending.bytes + bytes)) return;
    throw this.#fail(new StorageError("STORAGE_FULL", `the disk of ${this.#options.path} is nearly full`));
  }

  async #settle(write: Promise<void>, token: object, mustBeDurable: boolean): Promise<void> {
    try {
      await write;
      // With overlapping syncs a commit is visible before it is durable; a vote waits for the disk (kairos R25).
      if (mustBeDurable && this.#options.sync === false) await this.#env.root.flushed;
    } catch (error) {
      this.#broken = true;
      throw this.#fail(toStorageError("writing", error));
    }
    // The reader's snapshot may be older than this commit: renew it before the pending rows stop answering for it.
    this.#env.root.resetReadTxn();
    this.#pending.remove(token);
  }

  /** After a failed write nothing is known about the disk: the store answers no more (kairos S4, testing 8.6). */
  #fail(error: StorageError): StorageError {
    if (this.#failure !== undefined) return this.#failure;
    this.#failure = error;
    this.#options.onFailure?.(error);
    return error;
  }

  snapshot(): Snapshot {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined) throw new StorageError("STORAGE_CLOSED", "the store is closed");
    return openSnapshot(this.#env);
  }

  refresh(): void {
    this.#env.root.resetReadTxn();
  }

  stats(): StorageStats {
    const rows: Record<string, number> = {};
    for (const [name, { db }] of this.#env.tables) rows[name] = (db.getStats() as { entryCount: number }).entryCount;
    const { lastPageNumber, pageSize } = this.#env.root.getStats() as { lastPageNumber: number; pageSize: number };
    const { batches, bytes } = this.#pending;
    return { fileBytes: (lastPageNumber + 1) * pageSize, rows, pendingBatches: batches, pendingBytes: bytes };
  }

  freeSpace(): FreeSpace {
    return freeSpace(this.#options.path);
  }

  verify(onRows?: (rows: number) => void): Verification {
    let rows = 0;
    const corrupt: string[] = [];
    for (const { name, seed, db } of this.#env.tables.values()) {
      for (const { key, value } of db.getRange({})) {
        if (++rows % 10_000 === 0) onRows?.(rows);
        if (!isSealed(value, seed, key) && corrupt.length < 16) {
          corrupt.push(`${name} 0x${Buffer.from(key).toString("hex").slice(0, 80)}`);
        }
      }
    }
    return { rows, corrupt };
  }

  async backup(path: string): Promise<void> {
    await this.#env.root.backup(path, true);
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    await this.#lastWrite;
    // The environment and its lock are left to the end of the process, which must come now.
    if (this.#broken) return;
    try {
      await this.#env.root.close();
      // Nobody writes now, so the next start need not ask why the file is short (`checkDataFile`).
      if (this.#options.readOnly !== true) fillDataFile(join(this.#options.path, "data.mdb"));
    } finally {
      this.#release();
    }
  }
}
