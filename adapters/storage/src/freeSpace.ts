import { statfsSync } from "node:fs";

/** Space of a file system, in bytes an unprivileged process can use. */
export interface FreeSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Below 512 MB or 5 %: stop voting before a write fails (testing 8.6). */
  readonly low: boolean;
}

const MIN_FREE_BYTES = 512_000_000;

/** @returns the free space of the file system that holds `path`. */
export function freeSpace(path: string): FreeSpace {
  const s = statfsSync(path);
  return judgeFreeSpace(s.bavail * s.bsize, s.blocks * s.bsize);
}

/**
 * Applies the two limits.
 * @example judgeFreeSpace(400e6, 1e9).low // true
 */
export function judgeFreeSpace(freeBytes: number, totalBytes: number): FreeSpace {
  return { freeBytes, totalBytes, low: freeBytes < MIN_FREE_BYTES || freeBytes * 20 < totalBytes };
}
