/** Public surface of this package. */
export { STORAGE_CODES, type StorageCode, StorageError } from "./errors.ts";
export { type FreeSpace, freeSpace } from "./freeSpace.ts";
export { createMemoryStorage } from "./memoryStorage.ts";
export { openStorage, prepareDirectory } from "./openStorage.ts";
export { readIdentity } from "./readIdentity.ts";
export type { Snapshot } from "./snapshot.ts";
export {
  MAX_KEY_BYTES,
  MAX_PENDING_BATCHES,
  MAX_PENDING_BYTES,
  MAX_VALUE_BYTES,
  type Storage,
  type StorageOptions,
  type StorageStats,
  type Verification,
} from "./types.ts";
