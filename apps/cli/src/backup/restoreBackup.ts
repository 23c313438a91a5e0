import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { KAIROS_TABLES, schemaVersion } from "@polis/kairos";
import type { Row } from "@polis/ports";
import { freeSpace, openStorage, prepareDirectory, type Storage } from "@polis/storage";
import { UserError } from "../errors.ts";
import { checkBackup, sha256, tableOf } from "./checkBackup.ts";
import { readChunk } from "./chunk.ts";
import { loseJournal } from "./journalRows.ts";
import { type Manifest, manifestName } from "./manifest.ts";
import { readArchive } from "./readArchive.ts";

/** What is restored, and where to. */
export interface RestoreRequest {
  readonly file: string;
  /** The directory of the store. */
  readonly storagePath: string;
  readonly mapSizeBytes: number;
  readonly genesisHash: string;
  /** Replaces the store that is there. */
  readonly force: boolean;
  /** Keeps the record of votes: only when the machine that made the backup never runs again. */
  readonly withJournal: boolean;
  /** Called when all is written and checked, right before the new store takes its place. */
  readonly beforeReplacing?: () => void;
}

/** Rows of one commit, and their bytes. */
const maxRows = 20_000;
/** Below the store's own directory, so that it is on the same disk, and a mounted directory works too. */
const asideName = "restore.partial";

/**
 * Makes a store from a backup file (kairos D4). Everything is checked before anything is written; the rows go into a store
 * aside, which takes its place by one rename: there is never half of one. Without `withJournal` the journal is lost, so
 * that a validator votes again only as R27 allows.
 * @param onProgress what is being done, and how far it is
 * @throws UserError with a code that begins with BACKUP_ or RESTORE_; StorageError STORAGE_LOCKED while a node runs on it
 */
export async function restoreBackup(
  request: RestoreRequest,
  onProgress: (step: "checking" | "restoring", done: number, total: number) => void,
): Promise<Manifest> {
  const { storagePath, genesisHash, file } = request;
  const data = join(storagePath, "data.mdb");
  refuseExisting(data, request.force);
  const manifest = await checkBackup(file, genesisHash, (done, total) => onProgress("checking", done, total));
  if (request.withJournal && !manifest.journal) {
    const hint = "restore without --with-journal: the validator votes again as soon as it is safe";
    throw new UserError("RESTORE_JOURNAL", "the backup holds no journal", hint);
  }
  const release = prepareDirectory(storagePath);
  const aside = join(storagePath, asideName);
  try {
    refuseExisting(data, request.force);
    await rm(aside, { recursive: true, force: true });
    checkSpace(storagePath, manifest);
    await writeAside(request, aside, manifest, onProgress);
    request.beforeReplacing?.();
    await takePlace(aside, storagePath);
  } finally {
    await rm(aside, { recursive: true, force: true });
    release();
  }
  return manifest;
}

function refuseExisting(data: string, force: boolean): void {
  if (force || !existsSync(data)) return;
  const hint = "choose another storage.path, or add --force to replace what is there";
  throw new UserError("RESTORE_EXISTS", `${data} exists already`, hint);
}

function checkSpace(path: string, { bytes }: Manifest): void {
  const { freeBytes } = freeSpace(path);
  if (freeBytes >= 2 * bytes) return;
  const [need, free] = [2 * bytes, freeBytes].map((value) => `${Math.ceil(value / 1e6)} MB`);
  throw new UserError("RESTORE_SPACE", `${path} has ${free} free, ${need} are needed`, "free space on this disk");
}

async function writeAside(
  { file, genesisHash, mapSizeBytes, withJournal }: RestoreRequest,
  aside: string,
  manifest: Manifest,
  onProgress: (step: "restoring", done: number, total: number) => void,
): Promise<void> {
  const options = { path: aside, tables: KAIROS_TABLES, schema: schemaVersion, identity: genesisHash, mapSizeBytes };
  const storage = await openStorage(options);
  try {
    const expected = new Map(manifest.chunks.map((chunk) => [chunk.name, chunk]));
    let done = 0;
    for await (const { name, bytes } of readArchive(file)) {
      if (name === manifestName) continue;
      const chunk = expected.get(name);
      if (chunk === undefined || sha256(bytes) !== chunk.sha256) {
        throw new UserError(
          "BACKUP_DAMAGED",
          `${file} has changed since it was checked`,
          "restore from a file at rest",
        );
      }
      await commitRows(storage, tableOf(chunk), bytes);
      done += chunk.rows;
      onProgress("restoring", done, manifest.rows);
    }
    if (!withJournal) await loseJournal(storage.store);
  } finally {
    await storage.close();
  }
  // A store that cannot be opened as this network's must not take the place of another.
  await (await openStorage({ ...options, readOnly: true })).close();
}

async function commitRows(storage: Storage, table: string, bytes: Uint8Array): Promise<void> {
  const rows = readChunk(bytes);
  for (let from = 0; from < rows.length; from += maxRows) {
    const batch = rows.slice(from, from + maxRows).map(([key, value]): Row => ({ table, key, value }));
    await storage.store.commit(batch);
  }
}

/** The rename is the moment in which the store is there. Readers of an old store must not share the new one's lock file. */
async function takePlace(aside: string, storagePath: string): Promise<void> {
  const sync = async (path: string) => {
    const handle = await open(path, "r");
    await handle.sync().finally(() => handle.close());
  };
  await sync(join(aside, "data.mdb"));
  await rm(join(storagePath, "lock.mdb"), { force: true });
  await rename(join(aside, "data.mdb"), join(storagePath, "data.mdb"));
  await sync(storagePath);
}
