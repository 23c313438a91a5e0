import { closeSync, mkdirSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { walletError } from "../errors.ts";
import type { WalletFolder } from "./walletFolder.ts";

/** Times that a taken lock is looked at again. */
const TRIES = 60;
/** A lock in which nobody stands is being written, unless it is older. */
const WRITING_MS = 5_000;

/**
 * Runs work that no other process may do with the same wallet at the same time: choosing a nonce and using it. The lock of a
 * process that died is taken over.
 * @param pause between two looks at a taken lock
 * @throws UserError WALLET_BUSY; WALLET_WRITE when the folder takes no lock
 */
export async function withLock<T>(
  folder: WalletFolder,
  pause: () => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(folder.path, "wallet.lock");
  for (let left = TRIES; !take(path); left--) {
    const owner = ownerOf(path);
    if (owner === "gone") continue;
    if (owner === "nobody" || (typeof owner === "number" && !isAlive(owner))) remove(path);
    else if (left <= 0) {
      const hint = "wait until it is done; if it hangs, end it";
      const who = typeof owner === "number" ? `the process ${owner}` : "another process";
      throw walletError("refused", "WALLET_BUSY", `${who} is signing with this wallet`, hint);
    } else await pause();
  }
  try {
    return await work();
  } finally {
    remove(path);
  }
}

function take(path: string): boolean {
  try {
    mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
    const file = openSync(path, "wx", 0o600);
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (cause) {
    const { code = "unknown" } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    const hint = "check the folder, its permissions and the space on the disk";
    throw walletError("input", "WALLET_WRITE", `cannot write ${path}: ${code}`, hint, cause);
  }
}

/** Who holds the lock. A lock without an owner is one that another process is just writing, or has died over. */
function ownerOf(path: string): number | "unwritten" | "nobody" | "gone" {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    if (Number.isSafeInteger(pid) && pid > 0) return pid;
    return Date.now() - statSync(path).mtimeMs < WRITING_MS ? "unwritten" : "nobody";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "gone" : "unwritten";
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
