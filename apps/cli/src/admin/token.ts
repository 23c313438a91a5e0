import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../errors.ts";

/** Shorter ones could be guessed. */
const minLength = 32;
const maxLength = 1_024;
const tokenBytes = 32;

/**
 * The token of the admin interface; a file that does not exist is made with mode 0600 (kairos 15.2, Z31).
 * @throws UserError ADMIN_TOKEN with exit code 2 for a file that others can read, or a token that is short or no plain text
 */
export function readOrMakeToken(path: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${randomBytes(tokenBytes).toString("hex")}\n`, { flag: "wx", mode: 0o600 });
    chmodSync(path, 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") {
      throw tokenError(`cannot write ${path}`, "check admin.token_file and its folder", cause);
    }
  }
  return readToken(path);
}

/**
 * Reads a token file.
 * @throws UserError ADMIN_TOKEN with exit code 2
 */
export function readToken(path: string): string {
  let text: string;
  try {
    const { mode, size } = statSync(path);
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      const bits = (mode & 0o777).toString(8);
      throw tokenError(`${path} can be read by group or others (mode ${bits})`, `run: chmod 600 ${path}`);
    }
    if (size > maxLength) throw tokenError(`${path} is too long for a token`, "is it the right file?");
    text = readFileSync(path, "utf8").trim();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw tokenError(`cannot read ${path}`, "a node with admin.enabled makes it at its start", cause);
  }
  if (text.length < minLength || !isPlain(text)) {
    const hint = `delete ${path}: the next start of the node makes one`;
    throw tokenError(`${path} holds no token of at least ${minLength} characters`, hint);
  }
  return text;
}

/** Compares in a time that depends on neither text. */
export function sameToken(expected: string, given: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(expected), hash(given));
}

/** Visible ASCII without spaces: what fits into a header. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x21 || text.charCodeAt(i) > 0x7e) return false;
  return true;
}

function tokenError(message: string, hint: string, cause?: unknown): UserError {
  return new UserError("ADMIN_TOKEN", message, hint, { cause, exitCode: 2 });
}
