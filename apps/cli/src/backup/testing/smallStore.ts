import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { type Digest, digestToBytes, type Epoch, type Height, type View } from "@polis/codec";
import { KAIROS_TABLES, schemaVersion } from "@polis/kairos";
import { journalKey, journalValue, metaKeys, placeValue, u64Key } from "@polis/minimmit";
import type { Row } from "@polis/ports";
import { openStorage, type Storage } from "@polis/storage";
import type { BackupRequest } from "../writeBackup.ts";

/** Helpers of the tests of this folder. */
export const genesisHash: string = "ab".repeat(32);
const mapSizeBytes = 1 << 28;

/** A directory that the test removes at its end. */
export function folder(t: { after(run: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), "kairos-backup-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Opens a store of the tables of Kairos. */
export function openSmall(path: string, identity = genesisHash): Promise<Storage> {
  return openStorage({ path, tables: KAIROS_TABLES, schema: schemaVersion, identity, mapSizeBytes });
}

/** Rows in several tables, a journal with its body, and a last finalized block. */
export function smallRows(count: number): Row[] {
  const rows: Row[] = [];
  for (let i = 0; i < count; i++) {
    rows.push({ table: "accounts", key: u64Key(i), value: Buffer.alloc(4_000, i) });
    rows.push({ table: "address_index", key: u64Key(i), value: new Uint8Array(0) });
  }
  const final = "01".repeat(32) as Digest;
  const voted = "02".repeat(32) as Digest;
  const vote = { kind: "notarize", epoch: 0 as Epoch, view: 10 as View, digest: voted, parent: undefined } as const;
  const hash = (digest: Digest) => digestToBytes(digest);
  return [
    ...rows,
    { table: "blocks", key: hash(final), value: Uint8Array.of(1) },
    { table: "height_by_hash", key: hash(final), value: u64Key(7) },
    { table: "blocks", key: hash(voted), value: Uint8Array.of(2) },
    { table: "journal", key: journalKey(vote.epoch, vote.view, vote.kind), value: journalValue(vote) },
    { table: "meta", key: metaKeys.journal, value: Uint8Array.of(4) },
    { table: "meta", key: metaKeys.safeView, value: u64Key(5) },
    { table: "meta", key: metaKeys.lastFinalized, value: placeValue(7 as Height, 9 as View, final) },
  ];
}

/** Everything in a store as text, values as checksums. */
export function contents({ store }: Storage): string[] {
  return KAIROS_TABLES.flatMap((table) =>
    [...store.range(table, { limit: 1_000_000 })].map(
      ([key, value]) => `${table} ${Buffer.from(key).toString("hex")} ${crc32(value)}`,
    ),
  );
}

/** A request for a backup of a small store. */
export function backupOf(storagePath: string, destination: string, more: Partial<BackupRequest> = {}): BackupRequest {
  return {
    ...{ storagePath, destination, mapSizeBytes, genesisHash, network: "local", chainId: 52_470 },
    ...{ withJournal: false, nowMs: Date.UTC(2026, 10, 21, 16, 5, 9), ...more },
  };
}
