import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { walletError } from "../errors.ts";

/** A temporary file that is older belongs to a process that died. */
const STALE_MS = 60_000;

/**
 * Writes a file of the owner alone so that it is, at any moment and after any crash, the whole old text or the whole new one
 * (kratos-core 14.2): a temporary file beside it with mode 0600, flushed to the disk, then renamed.
 * @throws UserError WALLET_WRITE
 */
export function replaceFile(path: string, text: string): void {
  const folder = dirname(path);
  const temporary = `${path}.${randomBytes(8).toString("hex")}.tmp`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeNew(temporary, text);
    renameSync(temporary, path);
    flushFolder(folder);
    removeStale(folder, basename(path));
  } catch (cause) {
    remove(temporary);
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown";
    const hint = "what was there before is unchanged: check the folder, its permissions and the space on the disk";
    throw walletError("input", "WALLET_WRITE", `cannot write ${path}: ${why}`, hint, cause);
  }
}

function writeNew(path: string, text: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The new name is in the folder, which is a file of its own. Windows has no such thing. */
function flushFolder(folder: string): void {
  if (process.platform === "win32") return;
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function removeStale(folder: string, name: string): void {
  for (const other of readdirSync(folder)) {
    if (!other.startsWith(`${name}.`) || !other.endsWith(".tmp")) continue;
    const path = join(folder, other);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Number.POSITIVE_INFINITY };
    if (Date.now() - mtimeMs > STALE_MS) remove(path);
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was renamed, or never there.
  }
}
