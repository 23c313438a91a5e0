import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "../config/schema.ts";

/** Lies beside a key that has never signed in its network, so that its first journal may be created (kairos R27). */
const FILE = "journal-not-yet-created";

/** Puts the mark beside freshly made keys. Only the program that made the keys may know this. */
export function markFresh(keyFolder: string): void {
  writeFileSync(
    join(keyFolder, FILE),
    "The consensus key beside this file has never signed. The first start removes the file.\n",
  );
}

/** True when the consensus key of this configuration is known never to have signed. */
export function isMarkedFresh(config: Config): boolean {
  const path = markPath(config);
  return path !== undefined && existsSync(path);
}

/**
 * Removes the mark, durably: from now on an absent journal is a lost one. Called when the journal is on disk and before
 * the first vote leaves; a power cut must not bring the mark back, because the journal could then be created twice.
 */
export function clearFresh(config: Config): void {
  const path = markPath(config);
  if (path === undefined || !existsSync(path)) return;
  rmSync(path, { force: true });
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function markPath({ identity }: Config): string | undefined {
  return identity.blsSecretKeyPath === undefined ? undefined : join(dirname(identity.blsSecretKeyPath), FILE);
}
