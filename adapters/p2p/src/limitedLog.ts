import type { P2pOptions } from "./types.ts";

type Log = NonNullable<P2pOptions["log"]>;
const LINES_PER_SECOND = 5;

/** Passes on five lines a second, and says with the next one how many were left out. @param nowMs monotonic */
export function limitedLog(log: Log | undefined, nowMs: () => number): Log {
  let second = 0;
  let lines = 0;
  let omitted = 0;
  return (level, message, fields) => {
    if (log === undefined) return;
    const now = Math.floor(nowMs() / 1_000);
    if (now !== second) {
      second = now;
      lines = 0;
    }
    if (lines >= LINES_PER_SECOND) {
      omitted += 1;
      return;
    }
    lines += 1;
    log(level, message, omitted === 0 ? fields : { ...fields, omitted });
    omitted = 0;
  };
}
