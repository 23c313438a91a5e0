import { writeSync } from "node:fs";

/**
 * Writes a line to standard output at once. When nobody takes lines there any more, or a pipe is full, lines are lost and
 * the node goes on: logging must not stop a validator.
 * @param fd file descriptor; 1 by default
 */
export function standardOutput(line: string, fd = 1): void {
  try {
    writeSync(fd, line);
  } catch {
    // EAGAIN, EPIPE or a full disk behind a redirection: all of them are the reader's.
  }
}
