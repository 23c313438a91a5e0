import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { StorageError } from "./errors.ts";

const MAGIC = 0xbeefc0de;
const META_OFFSET = 24;
const META_BYTES = 192;

/**
 * Looks at the two meta pages before LMDB maps the file: reading a page beyond a truncated file's end would kill the
 * process with a signal instead of an error. An absent or empty file is a new store.
 * @throws StorageError STORAGE_CORRUPT.
 */
export function checkDataFile(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size === 0) return;
    const first = readMeta(file, 0);
    // The page size stands in each meta page; the second page starts one page size in, which the first may not tell.
    const second = readMeta(file, first?.pageBytes ?? 4096);
    const newest = newer(first, second);
    if (newest === undefined) throw new StorageError("STORAGE_CORRUPT", `${path} has no valid meta page`);
    const needed = (newest.lastPage + 1) * newest.pageBytes;
    if (size < needed) {
      throw new StorageError("STORAGE_CORRUPT", `${path} is cut off: ${size} bytes of ${needed}`);
    }
  } finally {
    closeSync(file);
  }
}

interface Meta {
  readonly pageBytes: number;
  readonly lastPage: number;
  readonly transaction: bigint;
}

/** Reads magic u32 (16 bytes of page header before it, 8 of reserve), page size u32, last page u64, transaction u64. */
function readMeta(file: number, offset: number): Meta | undefined {
  const page = Buffer.alloc(META_BYTES);
  if (readSync(file, page, 0, META_BYTES, offset) < META_BYTES) return undefined;
  if (page.readUInt32LE(META_OFFSET) !== MAGIC) return undefined;
  const pageBytes = page.readUInt32LE(META_OFFSET + 24);
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) return undefined;
  return { pageBytes, lastPage: Number(page.readBigUInt64LE(144)), transaction: page.readBigUInt64LE(152) };
}

function newer(a: Meta | undefined, b: Meta | undefined): Meta | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.transaction > a.transaction ? b : a;
}
