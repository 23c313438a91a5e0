import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { checkDataFile, fillDataFile } from "./checkFile.ts";
import { tableSeed } from "./checksum.ts";
import { StorageError, toStorageError } from "./errors.ts";
import { META_TABLE } from "./meta.ts";
import type { StorageOptions } from "./types.ts";

/** One table: the LMDB database and the start value of its checksums. */
export interface Table {
  readonly name: string;
  readonly seed: number;
  readonly db: Database<Buffer, Uint8Array>;
}

export interface Environment {
  readonly root: RootDatabase<Buffer, Uint8Array>;
  readonly tables: ReadonlyMap<string, Table>;
  /** Bytes at the end of the file that were not there when it was opened. */
  readonly missingBytes: number;
}

const TEBIBYTE = 2 ** 40;
const RAW = { keyEncoding: "binary", encoding: "binary", cache: false } as const;

/**
 * Opens LMDB and all tables (kairos S5, S8).
 * - `overlappingSync: false`: a commit's promise means durable, and a vote's commit is nearly twice as fast.
 * - `useWritemap` stays off: a stray pointer could damage the file, and a full disk would be a signal, not an error.
 * @throws StorageError
 */
export function openEnvironment(options: StorageOptions): Environment {
  const file = join(options.path, "data.mdb");
  if (options.readOnly === true && !existsSync(file)) {
    throw new StorageError("STORAGE_MISSING", `${options.path} has no store`);
  }
  const missingBytes = checkDataFile(file);
  // The file of another process is its own to change; that process writes these pages when it needs them.
  if (missingBytes > 0 && options.readOnly !== true) fillDataFile(file);
  const names = [...new Set([...options.tables, META_TABLE])].sort();
  try {
    const root = open<Buffer, Uint8Array>({
      ...RAW,
      path: options.path,
      noSubdir: false,
      maxDbs: names.length + 1,
      mapSize: options.mapSizeBytes ?? TEBIBYTE,
      overlappingSync: options.sync === false,
      readOnly: options.readOnly === true,
    });
    const tables = new Map(names.map((name) => [name, openTable(root, name)]));
    return { root, tables, missingBytes };
  } catch (error) {
    throw toStorageError(`opening ${options.path}`, error);
  }
}

function openTable(root: RootDatabase<Buffer, Uint8Array>, name: string): Table {
  // lmdb-js returns undefined for an absent table of an environment opened for reading.
  const db = root.openDB<Buffer, Uint8Array>({ ...RAW, name }) as Database<Buffer, Uint8Array> | undefined;
  if (db === undefined) throw new StorageError("STORAGE_MISSING", `the table ${name} is absent`);
  return { name, seed: tableSeed(name), db };
}

/** Creates the directory with mode 0700 when absent (kairos S8). */
export function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  mkdirSync(path, { recursive: true, mode: 0o700 });
  // The umask may have taken bits away; it cannot have added any, but a parent made on the way is left alone.
  chmodSync(path, 0o700);
}
