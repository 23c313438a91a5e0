import { z } from "zod";
import { UserError } from "../errors.ts";

/** Layout of backup files. */
export const backupVersion = 1;
/** Name of the manifest in the archive: its last entry. */
export const manifestName = "manifest.json";
/** Longest manifest that is read. */
export const maxManifestBytes: number = 64 << 20;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const chunkEntry = z.strictObject({
  name: z.string().regex(/^rows\/[a-z_]{1,32}\/\d{7}$/),
  rows: count,
  bytes: count,
  sha256: hash,
});
const manifestSchema = z.strictObject({
  format: z.literal("kairos-backup"),
  version: z.literal(backupVersion),
  chain: z.strictObject({ network: z.string().max(32), chainId: count }),
  genesisHash: hash,
  height: count,
  blockHash: hash,
  schema: count,
  /** ISO 8601 in UTC. */
  createdAt: z.string().max(32),
  /** Whether the record of this validator's votes is in it (R25). */
  journal: z.boolean(),
  rows: count,
  bytes: count,
  chunks: z.array(chunkEntry).max(1_000_000),
});

/** What a backup is of, and the checksums of its parts (kairos D3). */
export type Manifest = z.infer<typeof manifestSchema>;
/** One part of a backup. */
export type ChunkEntry = z.infer<typeof chunkEntry>;

/** The bytes of the manifest in the archive. */
export function encodeManifest(manifest: Manifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`);
}

/**
 * Reads a manifest.
 * @throws UserError BACKUP_MANIFEST naming the field
 */
export function readManifest(bytes: Uint8Array): Manifest {
  const hint = "take another backup file; a newer release may have made this one";
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw new UserError("BACKUP_MANIFEST", "the manifest of the backup is no JSON", hint, { cause });
  }
  const read = manifestSchema.safeParse(document);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw new UserError("BACKUP_MANIFEST", `the manifest of the backup is wrong at "${where}": ${issue?.message}`, hint);
}
