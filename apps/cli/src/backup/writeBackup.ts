import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress } from "node:zlib";
import { KAIROS_TABLES, schemaVersion } from "@polis/kairos";
import { metaKeys, readPlace } from "@polis/minimmit";
import { openStorage, type Snapshot } from "@polis/storage";
import { type Pack, pack } from "tar-stream";
import { UserError } from "../errors.ts";
import { backupName } from "./backupName.ts";
import { ChunkWriter } from "./chunk.ts";
import { isJournalRow, loseJournal } from "./journalRows.ts";
import { type ChunkEntry, encodeManifest, type Manifest, manifestName } from "./manifest.ts";

/** What a backup is made of: plain data, so that a thread can be given it. */
export interface BackupRequest {
  /** Directory of the store; a node may be running on it. */
  readonly storagePath: string;
  readonly mapSizeBytes: number;
  /** 64 hex digits. */
  readonly genesisHash: string;
  readonly network: string;
  readonly chainId: number;
  /** Directory for the file; made when absent. */
  readonly destination: string;
  /**
   * Moves the record of votes into the backup, for a machine that takes the place of this one. The node must not run: a copy
   * of a journal that goes on is an old journal, and an old journal votes twice.
   */
  readonly withJournal: boolean;
  /** Unix milliseconds, for the name of the file. */
  readonly nowMs: number;
}

/** Rows read so far, of about so many. */
export type OnBackupProgress = (doneRows: number, totalRows: number) => void;

/** A backup that is on disk. */
export interface WrittenBackup {
  readonly file: string;
  readonly manifest: Manifest;
}

/**
 * Writes a consistent backup of a store while a node goes on writing to it (kairos D3): one read transaction, row by row,
 * each row's checksum looked at. Keys are not in the store and so never in a backup. Memory stays below a few chunks.
 * @throws StorageError for a store that is absent, foreign or damaged, or that a node runs on when its journal is to move;
 * UserError when the file exists already
 */
export async function writeBackup(request: BackupRequest, onProgress: OnBackupProgress): Promise<WrittenBackup> {
  await mkdir(request.destination, { recursive: true });
  const storage = await openStorage({
    path: request.storagePath,
    tables: KAIROS_TABLES,
    schema: schemaVersion,
    identity: request.genesisHash,
    mapSizeBytes: request.mapSizeBytes,
    readOnly: !request.withJournal,
  });
  const file = join(request.destination, backupName(request.nowMs));
  const partial = `${file}.partial`;
  let snapshot: Snapshot | undefined;
  try {
    snapshot = storage.snapshot();
    const manifest = await writeArchive(partial, (archive) => fill(archive, snapshot!, request, onProgress));
    await putInPlace(partial, file, request.destination);
    if (request.withJournal) await loseJournal(storage.store);
    return { file, manifest };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      throw new UserError(
        "BACKUP_EXISTS",
        `${partial} exists already`,
        "another backup is running, or remove this one",
      );
    }
    await rm(partial, { force: true });
    throw error;
  } finally {
    snapshot?.close();
    await storage.close();
  }
}

/** Compresses what `write` puts into an archive into a new file, and waits for the disk. */
async function writeArchive<T>(path: string, write: (archive: Pack) => Promise<T>): Promise<T> {
  const archive = pack();
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  const target = createWriteStream(path, { flags: "wx", mode: 0o600, flush: true });
  const written = pipeline(Readable.from(archive), compress, target);
  // A full disk ends the pipeline while entries are still being made; whoever waits for them must hear of it.
  const failed = written.then(() => new Promise<never>(() => undefined));
  try {
    const result = await Promise.race([write(archive), failed]);
    await written;
    return result;
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    await written.catch(() => undefined);
    throw error;
  }
}

async function fill(
  archive: Pack,
  snapshot: Snapshot,
  request: BackupRequest,
  onProgress: OnBackupProgress,
): Promise<Manifest> {
  const chunks: ChunkEntry[] = [];
  const total = KAIROS_TABLES.reduce((sum, table) => sum + snapshot.count(table), 0);
  let done = 0;
  for (const table of KAIROS_TABLES) {
    const chunk = new ChunkWriter();
    let number = 0;
    const flush = async (): Promise<void> => {
      if (chunk.rows === 0) return;
      const { rows } = chunk;
      const bytes = chunk.take();
      const name = `rows/${table}/${String(number++).padStart(7, "0")}`;
      chunks.push({ name, rows, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
      await addEntry(archive, name, bytes);
      onProgress(done, total);
    };
    for (const [key, value] of snapshot.rows(table)) {
      done++;
      if (!request.withJournal && isJournalRow(snapshot, table, key)) continue;
      if (chunk.add(key, value)) await flush();
    }
    await flush();
  }
  const manifest = describe(snapshot, request, chunks);
  await addEntry(archive, manifestName, encodeManifest(manifest));
  archive.finalize();
  onProgress(total, total);
  return manifest;
}

function describe(snapshot: Snapshot, request: BackupRequest, chunks: readonly ChunkEntry[]): Manifest {
  const place = snapshot.get("meta", metaKeys.lastFinalized);
  const last = place === undefined ? undefined : readPlace(place);
  const sum = (of: (chunk: ChunkEntry) => number) => chunks.reduce((total, chunk) => total + of(chunk), 0);
  return {
    format: "kairos-backup",
    version: 1,
    chain: { network: request.network, chainId: request.chainId },
    genesisHash: request.genesisHash,
    height: last?.height ?? 0,
    blockHash: last?.digest ?? request.genesisHash,
    schema: schemaVersion,
    createdAt: new Date(request.nowMs).toISOString(),
    journal: request.withJournal,
    rows: sum(({ rows }) => rows),
    bytes: sum(({ bytes }) => bytes),
    chunks: [...chunks],
  };
}

function addEntry(archive: Pack, name: string, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry({ name, size: bytes.length, mode: 0o600, mtime: new Date(0) }, bytes, (error) => {
      if (error == null) resolve();
      else reject(error);
    });
  });
}

/** A power cut leaves the whole file under its name, or none. */
async function putInPlace(partial: string, file: string, folder: string): Promise<void> {
  await rename(partial, file);
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
