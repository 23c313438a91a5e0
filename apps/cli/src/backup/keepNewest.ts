import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const NAME = /^kairos-backup-\d{8}_\d{6}\.tar\.zst$/;

/**
 * Removes the oldest backups of a folder (kairos D3); their names are in the order of time. Other files stay, unfinished
 * backups too: one may be in the writing.
 * @param count how many stay, at least 1
 * @returns the removed files, oldest first
 * @throws the error of the file system
 * @example keepNewest("/var/backups/kairos", 14)
 */
export function keepNewest(folder: string, count: number): readonly string[] {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`${count} backups cannot be kept`);
  const names = readdirSync(folder).filter((name) => NAME.test(name));
  const old = names.sort().slice(0, -count);
  for (const name of old) rmSync(join(folder, name));
  return old.map((name) => join(folder, name));
}
