import { exitAfter } from "./exitAfter.ts";

/** After a command is over the process ends within this time: its last lines need no more. */
const LEAVE_MS = 2_000;

/**
 * Ends the process with a command's exit code. It goes by itself when nothing holds it; a socket that a library forgot to
 * close, in a start that failed half-way, must not keep a program standing that has said its last word.
 * @param code 0 normal, else what failed (kairos 18.3)
 */
export function leave(code: number): void {
  process.exitCode = code;
  exitAfter(LEAVE_MS, code);
}
