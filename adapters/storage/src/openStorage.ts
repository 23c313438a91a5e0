import { makeDirectory, openEnvironment } from "./environment.ts";
import { StorageError, toStorageError } from "./errors.ts";
import { LmdbStorage } from "./lmdbStorage.ts";
import { checkIdentity, META_TABLE } from "./meta.ts";
import type { Storage, StorageOptions } from "./types.ts";
import { takeWriterLock } from "./writerLock.ts";

/**
 * Opens the store of a node, or makes it: directory, lock, all tables, schema and genesis (kairos S4-S8).
 * @throws StorageError, see `STORAGE_CODES`; every code has a hint.
 * @example
 * const storage = await openStorage({ path: "data", tables: ["blocks"], schema: 1, identity: genesisHash });
 * await storage.store.commit([{ table: "blocks", key, value }]);
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const release = options.readOnly === true ? () => undefined : prepareDirectory(options.path);
  let storage: LmdbStorage | undefined;
  try {
    const environment = openEnvironment(options);
    storage = new LmdbStorage(environment, options, release);
    if (environment.missingBytes > 0 && options.readOnly !== true) checkAllRows(storage, environment.missingBytes);
    const { store } = storage;
    const missing = checkIdentity((key) => store.get(META_TABLE, key), options);
    if (missing.length > 0) await store.commit(missing);
    return storage;
  } catch (error) {
    if (storage === undefined) release();
    else await storage.close();
    throw error;
  }
}

/**
 * After a crash a file may lack pages that were free (`checkDataFile`), or have lost its end: every row tells which.
 * @throws StorageError STORAGE_CORRUPT
 */
function checkAllRows(storage: LmdbStorage, missingBytes: number): void {
  const what = `the file of the store was ${missingBytes} bytes short`;
  try {
    const { corrupt } = storage.verify();
    if (corrupt.length > 0) throw new Error(`wrong rows: ${corrupt.join(", ")}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StorageError("STORAGE_CORRUPT", `${what}, and not all rows are there: ${why.slice(0, 200)}`, error);
  }
}

/**
 * Makes the directory of a store when it is absent and keeps every other writer out (kairos S8): for tools that replace a
 * store as a whole.
 * @returns a function that releases the lock
 * @throws StorageError STORAGE_LOCKED while a node runs on it
 */
export function prepareDirectory(path: string): () => void {
  try {
    makeDirectory(path);
    return takeWriterLock(path);
  } catch (error) {
    throw toStorageError(`preparing ${path}`, error);
  }
}
