import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync } from "node:fs";
import { StorageError } from "./errors.ts";

const MAGIC = 0xbeefc0de;
const META_OFFSET = 24;
const META_BYTES = 192;
/**
 * Most bytes at the end of a file that LMDB counts and may never have written: a page that a transaction took at the end
 * and gave back itself, as one that deletes many rows does, goes to the list of free pages and not to the disk.
 */
const MAX_UNWRITTEN_BYTES = 4 << 20;

/**
 * Looks at the two meta pages before LMDB maps the file: reading a page beyond a truncated file's end would kill the
 * process with a signal instead of an error. An absent or empty file is a new store.
 * @returns bytes that the file is shorter than LMDB counts: all of them free pages, or a file that has lost its end
 * @throws StorageError STORAGE_CORRUPT for a file without meta pages, or one that is shorter than free pages explain
 */
export function checkDataFile(path: string): number {
  if (!existsSync(path)) return 0;
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size === 0) return 0;
    const needed = countedBytes(file);
    if (needed === undefined) throw new StorageError("STORAGE_CORRUPT", `${path} has no valid meta page`);
    if (needed - size > MAX_UNWRITTEN_BYTES || size < needed / 2) {
      throw new StorageError("STORAGE_CORRUPT", `${path} is cut off: ${size} bytes of ${needed}`);
    }
    return Math.max(0, needed - size);
  } finally {
    closeSync(file);
  }
}

/** Gives a file the length that LMDB counts; the new pages are zeros, which LMDB never takes for a page of a table. */
export function fillDataFile(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, "r+");
  try {
    const needed = countedBytes(file) ?? 0;
    if (fstatSync(file).size < needed) ftruncateSync(file, needed);
  } finally {
    closeSync(file);
  }
}

function countedBytes(file: number): number | undefined {
  const first = readMeta(file, 0);
  // The page size stands in each meta page; the second page starts one page size in, which the first may not tell.
  const second = readMeta(file, first?.pageBytes ?? 4096);
  const newest = newer(first, second);
  return newest === undefined ? undefined : (newest.lastPage + 1) * newest.pageBytes;
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
