import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StorageError } from "./errors.ts";

/**
 * Keeps a second writer out of a directory (kairos S8), across processes and containers, and frees itself when the
 * process dies in any way. Node offers no file locks of its own; its built-in SQLite holds one on the empty file
 * `writer.lock` for as long as an exclusive transaction is open, and that is all it is used for.
 * @returns a function that releases the lock.
 * @throws StorageError STORAGE_LOCKED.
 */
export function takeWriterLock(directory: string): () => void {
  const holder = new DatabaseSync(join(directory, "writer.lock"), { timeout: 0 });
  try {
    holder.exec("PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    holder.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new StorageError("STORAGE_LOCKED", `another process writes to ${directory}`, error);
  }
  return () => {
    if (holder.isOpen) holder.close();
  };
}

const SQLITE_BUSY = 5;
