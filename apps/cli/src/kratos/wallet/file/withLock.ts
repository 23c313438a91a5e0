import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { walletError } from "../errors.ts";
import type { WalletFolder } from "./walletFolder.ts";

/** Times that a taken lock is looked at again. */
const TRIES = 60;

/**
 * Runs work that no other process may do with the same wallet at the same time: choosing a nonce and using it. The lock of a
 * process that died is taken over.
 * @param pause between two looks at a taken lock
 * @throws UserError WALLET_BUSY
 */
export async function withLock<T>(
  folder: WalletFolder,
  pause: () => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(folder.path, "wallet.lock");
  for (let left = TRIES; !take(path); left--) {
    const owner = ownerOf(path);
    if (owner === undefined || !isAlive(owner)) remove(path);
    else if (left === 0) {
      const hint = "wait until it is done; if it hangs, end it";
      throw walletError("refused", "WALLET_BUSY", `the process ${owner} is signing with this wallet`, hint);
    } else await pause();
  }
  try {
    return await work();
  } finally {
    remove(path);
  }
}

function take(path: string): boolean {
  mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  try {
    const file = openSync(path, "wx", 0o600);
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined for a lock without an owner, and one that is gone. */
function ownerOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process lives, too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Another process has taken it over.
  }
}
