import { openEnvironment } from "./environment.ts";
import { StorageError } from "./errors.ts";
import { LmdbStorage } from "./lmdbStorage.ts";
import { META_TABLE, readMeta, type StoreIdentity } from "./meta.ts";

/**
 * What a store is, for a program that learns its network from the store instead of from a file (kratos-core 12.10).
 * @param path the directory of the store
 * @returns undefined when there is no store, or one whose making was cut off before it had an identity
 * @throws StorageError when the file cannot be read
 */
export async function readIdentity(path: string): Promise<StoreIdentity | undefined> {
  const options = { path, tables: [], schema: 0, identity: "", readOnly: true } as const;
  let storage: LmdbStorage;
  try {
    storage = new LmdbStorage(openEnvironment(options), options, () => undefined);
  } catch (error) {
    if (error instanceof StorageError && error.code === "STORAGE_MISSING") return undefined;
    throw error;
  }
  try {
    return readMeta((key) => storage.store.get(META_TABLE, key));
  } finally {
    await storage.close();
  }
}
