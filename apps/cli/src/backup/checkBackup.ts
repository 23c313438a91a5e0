import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { KAIROS_TABLES, schemaVersion } from "@polis/kairos";
import { UserError } from "../errors.ts";
import { type ChunkEntry, type Manifest, manifestName, readManifest } from "./manifest.ts";
import { readArchive } from "./readArchive.ts";

/**
 * Reads a backup file to its end and compares every part with the manifest; nothing is written (kairos D4).
 * @param genesisHash what the configuration's genesis hashes to
 * @param onProgress bytes of the file that are read, and all of them
 * @throws UserError BACKUP_DAMAGED, BACKUP_MANIFEST, BACKUP_NETWORK or BACKUP_SCHEMA
 */
export async function checkBackup(
  file: string,
  genesisHash: string,
  onProgress: (done: number, total: number) => void,
): Promise<Manifest> {
  const seen = new Map<string, string>();
  let manifest: Manifest | undefined;
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  for await (const { name, bytes, position } of readArchive(file)) {
    if (manifest !== undefined) throw damaged(file, "something follows its manifest");
    if (name === manifestName) manifest = readManifest(bytes);
    else if (seen.has(name) || seen.size >= 1_000_000) throw damaged(file, `${name} is there twice`);
    else seen.set(name, sha256(bytes));
    onProgress(position, size);
  }
  if (manifest === undefined) throw damaged(file, "it has no manifest: it was cut off");
  checkNetwork(manifest, genesisHash);
  if (seen.size !== manifest.chunks.length) throw damaged(file, "its parts are not those of the manifest");
  for (const chunk of manifest.chunks) {
    if (seen.get(chunk.name) !== chunk.sha256) throw damaged(file, `the checksum of ${chunk.name} is wrong`);
    tableOf(chunk);
  }
  return manifest;
}

/** SHA-256 as hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * The table that a part belongs to.
 * @throws UserError BACKUP_SCHEMA for one that this release does not know
 */
export function tableOf({ name }: Pick<ChunkEntry, "name">): string {
  const table = name.split("/")[1]!;
  if ((KAIROS_TABLES as readonly string[]).includes(table)) return table;
  throw new UserError("BACKUP_SCHEMA", `the backup has a table ${table}`, "restore it with the release that made it");
}

function checkNetwork(manifest: Manifest, genesisHash: string): void {
  if (manifest.genesisHash !== genesisHash) {
    const { network, chainId } = manifest.chain;
    throw new UserError(
      "BACKUP_NETWORK",
      `the backup is of network ${network} (chain ${chainId}, genesis ${manifest.genesisHash}), this node has genesis ${genesisHash}`,
      "correct genesis.path, or take a backup of this network",
    );
  }
  if (manifest.schema !== schemaVersion) {
    const which = manifest.schema > schemaVersion ? "a newer" : "an older";
    throw new UserError(
      "BACKUP_SCHEMA",
      `the backup has schema ${manifest.schema}, this release has ${schemaVersion}`,
      `restore it with ${which} release, or synchronize from peers`,
    );
  }
}

function damaged(file: string, what: string): UserError {
  return new UserError("BACKUP_DAMAGED", `${file} is damaged: ${what}`, "take another copy of the backup");
}
