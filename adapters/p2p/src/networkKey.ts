import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { P2pError } from "./errors.ts";

const KEY_BYTES = 32;

/**
 * Loads the Ed25519 secret that names the node among its peers, and makes it at the first start, so that the peer id
 * stays the same over restarts (kratos-core 12.1, I47). To rotate it, the operator deletes the file.
 * @param path `<data directory>/network/network_key`; undefined makes an identity that lasts as long as the process,
 * which the caller should warn of
 * @returns 32 bytes
 * @throws P2pError when the file cannot be read, has another length or may be read by others; it is never overwritten
 * @example const secret = loadNetworkKey(join(dataDirectory, "network", "network_key"));
 */
export function loadNetworkKey(path: string | undefined): Uint8Array {
  if (path === undefined) return new Uint8Array(randomBytes(KEY_BYTES));
  const stored = readKey(path);
  if (stored !== undefined) return stored;
  storeKey(path, randomBytes(KEY_BYTES));
  const written = readKey(path);
  if (written === undefined) throw unreadable(path, undefined);
  return written;
}

function readKey(path: string): Uint8Array | undefined {
  try {
    const { mode } = statSync(path);
    if ((mode & 0o077) !== 0) {
      throw new P2pError(
        "P2P_KEY_PERMISSIONS",
        `the network key ${path} may be read by others (mode ${(mode & 0o777).toString(8)})`,
        `chmod 600 ${path}, or delete it to get a new identity`,
      );
    }
    const bytes = readFileSync(path);
    if (bytes.length !== KEY_BYTES) {
      throw new P2pError(
        "P2P_KEY_LENGTH",
        `the network key ${path} has ${bytes.length} bytes instead of ${KEY_BYTES}`,
        "restore the file from a backup, or delete it to get a new identity",
      );
    }
    return new Uint8Array(bytes);
  } catch (error) {
    if (error instanceof P2pError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, error);
  }
}

/** The file appears whole or not at all; the caller has seen that there was none. */
function storeKey(path: string, key: Uint8Array): void {
  const folder = dirname(path);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    rmSync(temporary, { force: true });
    const file = openSync(temporary, "wx", 0o600);
    try {
      fchmodSync(file, 0o600);
      writeSync(file, key);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    const directory = openSync(join(folder), "r");
    fsyncSync(directory);
    closeSync(directory);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): P2pError {
  return new P2pError(
    "P2P_KEY_UNREADABLE",
    `the network key ${path} cannot be read or written`,
    "check that the path is a file in a directory that belongs to the user of this process",
    cause,
  );
}
