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

/**
 * A log file that never grows beyond its limit (kairos 18.2, section `logging`). A disk that takes no more lines loses
 * lines, never the node: logging must not stop a validator.
 * @throws UserError with exit code 2 when the file cannot be opened
 */
export function createRotatingFile(options: RotatingFileOptions): LineSink & { close(): void } {
  const { path, maxBytes, maxFiles } = options;
  let file = open(path);
  let bytes = fstatSync(file).size;
  const rotate = (): void => {
    closeSync(file);
    rmSync(`${path}.${maxFiles}`, { force: true });
    for (let i = maxFiles - 1; i >= 1; i--) {
      if (existsSync(`${path}.${i}`)) renameSync(`${path}.${i}`, `${path}.${i + 1}`);
    }
    renameSync(path, `${path}.1`);
    file = open(path);
    bytes = 0;
  };
  return {
    write: (line) => {
      try {
        const size = Buffer.byteLength(line);
        if (bytes > 0 && bytes + size > maxBytes) rotate();
        writeSync(file, line);
        bytes += size;
      } catch {
        // A full disk; the node itself watches its own.
      }
    },
    close: () => closeSync(file),
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
