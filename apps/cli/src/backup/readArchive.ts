import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createZstdDecompress } from "node:zlib";
import { extract } from "tar-stream";
import { UserError } from "../errors.ts";
import { maxChunkBytes } from "./chunk.ts";
import { manifestName, maxManifestBytes } from "./manifest.ts";

/** One entry of a backup file. */
export interface ArchiveEntry {
  readonly name: string;
  readonly bytes: Buffer;
  /** How much of the file has been read, in bytes. */
  readonly position: number;
}

/**
 * The entries of a backup file, one at a time: memory holds one of them.
 * @throws UserError BACKUP_DAMAGED for a file that is cut off, changed or no backup; BACKUP_FILE when it cannot be read
 */
export async function* readArchive(file: string): AsyncGenerator<ArchiveEntry> {
  const source = createReadStream(file);
  const archive = extract();
  const bytes = Readable.from(inflate(source, file));
  // Errors reach the loop below through the archive.
  bytes.on("error", (error) => archive.destroy(error));
  (bytes as unknown as { pipe(to: unknown): void }).pipe(archive);
  try {
    for await (const entry of archive) {
      const { name, type } = entry.header;
      const limit = name === manifestName ? maxManifestBytes : maxChunkBytes;
      if (type !== "file" || (entry.header.size ?? 0) > limit)
        throw damaged(file, `the entry ${shown(name)} is not one`);
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      yield { name, bytes: Buffer.concat(parts), position: source.bytesRead };
    }
  } catch (error) {
    throw error instanceof UserError ? error : damaged(file, error instanceof Error ? error.message : String(error));
  } finally {
    source.destroy();
    bytes.destroy();
  }
}

async function* inflate(source: NodeJS.ReadableStream, file: string): AsyncGenerator<Buffer> {
  const decompress = createZstdDecompress();
  source.on("error", (error) => decompress.destroy(error));
  source.pipe(decompress);
  try {
    for await (const part of decompress) yield part as Buffer;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES" || code === "EISDIR") {
      throw new UserError("BACKUP_FILE", `cannot read ${file}: ${message}`, "check the path and its permissions");
    }
    throw damaged(file, message);
  }
}

function damaged(file: string, what: string): UserError {
  return new UserError("BACKUP_DAMAGED", `${file} is damaged: ${what}`, "take another copy of the backup");
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
