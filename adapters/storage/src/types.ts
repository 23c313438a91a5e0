import type { Journal, Store } from "@polis/ports";
import type { FreeSpace } from "./freeSpace.ts";
import type { Snapshot } from "./snapshot.ts";

/** How to open a store. */
export interface StorageOptions {
  /** A directory (kairos S8); created with mode 0700 when absent. */
  readonly path: string;
  /** Names of all tables; all of them exist after opening (kairos S5). `meta` is always added. */
  readonly tables: readonly string[];
  /** Version of the tables' layout; kept in `meta.schema` (kairos S7). */
  readonly schema: number;
  /** Genesis hash, lower-case hex; kept in `meta.genesis` (kairos S7). */
  readonly identity: string;
  /** Virtual address space set aside; default 1 TiB. LMDB grows it when it is used up. */
  readonly mapSizeBytes?: number;
  /** false: `commit` resolves before the disk has the data; `append` always waits for it (kairos R25). Default true. */
  readonly sync?: boolean;
  /** No lock, no writes: for other threads and for tools beside a running node. */
  readonly readOnly?: boolean;
  /**
   * With `readOnly`: the reads of one synchronous run show one moment, as `refresh` found it, instead of the newest commit
   * each. Default false.
   */
  readonly pinned?: boolean;
  /** Free bytes below which a write is refused with STORAGE_FULL; default 16 MiB and 16 KiB per row. 0: no check. */
  readonly reserveBytes?: number;
  /** Called once, when a write fails; every later call rejects or throws with the same error. */
  readonly onFailure?: (error: Error) => void;
}

export interface StorageStats {
  /** Pages in use times their size; 0 for memory. */
  readonly fileBytes: number;
  readonly rows: Readonly<Record<string, number>>;
  /** Batches handed over and not yet acknowledged. */
  readonly pendingBatches: number;
  readonly pendingBytes: number;
}

/** What `verify` found: rows read, and the first rows whose checksum is wrong (at most 16). */
export interface Verification {
  readonly rows: number;
  readonly corrupt: readonly string[];
}

/** One environment with two doors: the Store and the Journal share tables, order and atomicity. */
export interface Storage {
  readonly store: Store;
  readonly journal: Journal;
  /** Set when a write has failed: the process must stop voting and exit. */
  readonly failure: Error | undefined;
  stats(): StorageStats;
  /** Space on the disk that holds the store; stop voting when `low` (testing 8.6). */
  freeSpace(): FreeSpace;
  /**
   * Reads every row and checks its checksum. Takes seconds per gigabyte: for tools and for a start after a crash.
   * @param onRows called from time to time with the rows read so far
   */
  verify(onRows?: (rows: number) => void): Verification;
  /** Writes a consistent, compacted copy into a new directory while writing goes on. */
  backup(path: string): Promise<void>;
  /** One moment of what is committed, to be read over many turns of the event loop; see `Snapshot`. */
  snapshot(): Snapshot;
  /** Lets a pinned reader see what has been committed until now. */
  refresh(): void;
  /** Waits for the writes handed over, then releases the lock. Idempotent. After a failed write only the exit releases it. */
  close(): Promise<void>;
}

/** Bounds of what may be handed over before it is written. */
export const MAX_PENDING_BATCHES = 65_536;
export const MAX_PENDING_BYTES = 1 << 30;
export const MAX_KEY_BYTES = 1_024;
export const MAX_VALUE_BYTES = 256 << 20;
