import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Config } from "../config/schema.ts";

/**
 * Lies beside a key that has never signed in its network, so that its first journal may be created (kairos R27). Where
 * keys are mounted read-only it must still be possible to remove it, so it may lie beside the data directory instead,
 * as `data.journal-not-yet-created`.
 */
const FILE = "journal-not-yet-created";
const TEXT = "The consensus key of this configuration has never signed. The first start removes the file.\n";

/** Puts the mark beside freshly made keys. Only the program that made the keys may know this. */
export function markFresh(keyFolder: string): void {
  writeFileSync(join(keyFolder, FILE), TEXT);
}

/** Puts the mark beside the data directory that freshly made keys will use; the same holds. */
export function markFreshData(dataFolder: string): void {
  writeFileSync(besideData(dataFolder), TEXT);
}

/** True when the consensus key of this configuration is known never to have signed. */
export function isMarkedFresh(config: Config): boolean {
  return hasMark(marksOf(config));
}

/**
 * Removes the mark, durably: from now on an absent journal is a lost one. Called when the journal is on disk and before
 * the first vote leaves; a power cut must not bring the mark back, because the journal could then be created twice.
 */
export function clearFresh(config: Config): void {
  clearMarks(marksOf(config));
}

/** Where the mark of a key may lie: beside the key, or beside the data directory that remembers what was signed. */
export function freshMarks(keyFolder: string, dataFolder: string): readonly string[] {
  return [join(keyFolder, FILE), besideData(dataFolder)];
}

/** True when one of the marks is there. */
export function hasMark(marks: readonly string[]): boolean {
  return marks.some((path) => existsSync(path));
}

/** Removes marks, durably; see `clearFresh`. */
export function clearMarks(marks: readonly string[]): void {
  for (const path of marks.filter((one) => existsSync(one))) {
    rmSync(path, { force: true });
    const folder = openSync(dirname(path), "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }
}

function marksOf({ identity, storage }: Config): readonly string[] {
  return identity.blsSecretKeyPath === undefined ? [] : freshMarks(dirname(identity.blsSecretKeyPath), storage.path);
}

function besideData(dataFolder: string): string {
  return `${resolve(dataFolder)}.${FILE}`;
}
