import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../errors.ts";

/** Where the file is and how much is kept. */
export interface RotatingFileOptions {
  readonly path: string;
  /** Size at which the file is put aside, in bytes. */
  readonly maxBytes: number;
  /** Files kept beside the current one: `path.1` is the newest, `path.<maxFiles>` the oldest. */
  readonly maxFiles: number;
}

/** Where log lines go. */
export interface LineSink {
  write(line: string): void;
}

/** A log file that rotates itself, and that another program may move away. */
export interface RotatingFile extends LineSink {
  /** Goes on in a file of the old name, after another program has moved the one that was open. */
  reopen(): void;
  close(): void;
}

/**
 * A log file that never grows beyond its limit (kairos 18.2, section `logging`). A disk that takes no more lines loses
 * lines, never the node: logging must not stop a validator.
 * @throws UserError with exit code 2 when the file cannot be opened
 */
export function createRotatingFile(options: RotatingFileOptions): RotatingFile {
  const { path, maxBytes, maxFiles } = options;
  let file: number | undefined = open(path);
  let bytes = fstatSync(file).size;
  /** The old file is closed last: a number that is closed may be another file's the next moment. */
  const turn = (): void => {
    const old = file;
    const fresh = open(path);
    file = fresh;
    bytes = fstatSync(fresh).size;
    if (old !== undefined) closeSync(old);
  };
  const rotate = (): void => {
    // Somebody may have deleted the file to free space: then nothing is to be put aside, and those that were are kept.
    if (existsSync(path)) {
      rmSync(`${path}.${maxFiles}`, { force: true });
      for (let i = maxFiles - 1; i >= 1; i--) {
        if (existsSync(`${path}.${i}`)) renameSync(`${path}.${i}`, `${path}.${i + 1}`);
      }
      renameSync(path, `${path}.1`);
    }
    turn();
  };
  return {
    write: (line) => {
      try {
        const size = Buffer.byteLength(line);
        if (bytes > 0 && bytes + size > maxBytes) rotate();
        if (file === undefined) return;
        writeSync(file, line);
        bytes += size;
      } catch {
        // A full disk; the node itself watches its own.
      }
    },
    reopen: () => {
      try {
        if (file !== undefined) turn();
      } catch {
        // The old one is still open.
      }
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function open(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, "a", 0o600);
  } catch (cause) {
    const hint = "check logging.file and the permissions of its folder";
    throw new UserError("LOG_FILE", `cannot write the log file ${path}`, hint, { cause, exitCode: 2 });
  }
}
