/**
 * Codes of everything that can go wrong with storage.
 * - `STORAGE_FULL`: no space on the disk or in the map; the process stops with 75 and resumes cleanly after space is freed.
 * - `STORAGE_CORRUPT`: a checksum or the file's structure is wrong; nothing of it may be served.
 * - `STORAGE_LOCKED`: another process has the directory open for writing (kairos S8).
 * - `STORAGE_IO`: the disk or the system refused a read, a write or a sync; a failed sync is never retried.
 * - `STORAGE_OVERLOADED`: more unwritten batches than the limit; the caller must await its commits.
 * - `STORAGE_CLOSED`: used after `close`. `STORAGE_READ_ONLY`: a write to a store opened for reading.
 * - `STORAGE_MISSING`: opened for reading, but there is no store, or a table is absent.
 * - `SCHEMA_NEWER`, `SCHEMA_OLDER`, `WRONG_NETWORK`: the stored identity differs (kairos S7).
 */
export const STORAGE_CODES = [
  "STORAGE_FULL",
  "STORAGE_CORRUPT",
  "STORAGE_LOCKED",
  "STORAGE_IO",
  "STORAGE_OVERLOADED",
  "STORAGE_CLOSED",
  "STORAGE_READ_ONLY",
  "STORAGE_MISSING",
  "SCHEMA_NEWER",
  "SCHEMA_OLDER",
  "WRONG_NETWORK",
] as const;
export type StorageCode = (typeof STORAGE_CODES)[number];

const HINTS: Readonly<Record<StorageCode, string>> = {
  STORAGE_FULL: "Free disk space (or raise storage.map_size) and start again; nothing acknowledged is lost.",
  STORAGE_CORRUPT:
    "Keep the directory for inspection, start with an empty one and synchronize from peers. A validator's journal is part of it: start as after a lost journal.",
  STORAGE_LOCKED: "Stop the other process, or give this one another storage.path.",
  STORAGE_IO: "Check the disk and the permissions of storage.path, then start again.",
  STORAGE_OVERLOADED: "Await earlier commits before handing over more.",
  STORAGE_CLOSED: "Do not use a store after closing it.",
  STORAGE_READ_ONLY: "Open the store without readOnly to write.",
  STORAGE_MISSING: "Start a node on this path once so that the tables exist, or correct storage.path.",
  SCHEMA_NEWER: "This directory was written by a newer release: run that release.",
  SCHEMA_OLDER: "This directory was written by an older release: migrate it or synchronize into an empty one.",
  WRONG_NETWORK: "This directory belongs to another network: correct storage.path or the genesis file.",
};

/**
 * A storage problem a person must act on. `exitCode` is 75 (EX_TEMPFAIL) where the same start works again later.
 * @example new StorageError("STORAGE_FULL", "the disk is full").hint
 */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly code: StorageCode;
  readonly hint: string;
  readonly exitCode: number;

  constructor(code: StorageCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = HINTS[code];
    this.exitCode = code === "STORAGE_FULL" || code === "STORAGE_IO" ? 75 : 1;
  }
}

const FULL = /ENOSPC|EDQUOT|MDB_MAP_FULL|map full|no space|disk quota|mapsize/i;
const CORRUPT =
  /MDB_CORRUPTED|MDB_INVALID|MDB_PAGE_NOTFOUND|MDB_VERSION_MISMATCH|MDB_PANIC|corrupt|not an LMDB|page not found/i;

/** Turns what LMDB or the system threw into a StorageError; a StorageError passes through. */
export function toStorageError(action: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const text = error instanceof Error ? `${(error as { code?: unknown }).code ?? ""} ${error.message}` : String(error);
  const code = FULL.test(text) ? "STORAGE_FULL" : CORRUPT.test(text) ? "STORAGE_CORRUPT" : "STORAGE_IO";
  return new StorageError(code, `${action}: ${text.trim().slice(0, 200)}`, error);
}
