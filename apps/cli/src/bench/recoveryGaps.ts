import { longestGap } from "./stats.ts";

/** When a validator finalized something: microseconds of the machine-wide clock, by validator. */
export type FinalityMarks = ReadonlyMap<number, readonly number[]>;

/**
 * The longest time without finality at any validator but `except`, as far as it lies in a stretch of time. A gap that
 * began before the stretch counts from its beginning there; one that has not ended counts until `toUs`.
 * @returns milliseconds
 */
export function longestFinalityGapMs(
  marks: FinalityMarks,
  except: number | undefined,
  fromUs: number,
  toUs: number,
): number {
  let longest = 0;
  for (const [node, times] of marks) {
    if (node === except) continue;
    const before = times.filter((atUs) => atUs < fromUs);
    const within = times.filter((atUs) => atUs >= fromUs && atUs <= toUs);
    const start = before.length > 0 ? Math.max(...before) : fromUs;
    longest = Math.max(longest, longestGap([start, ...within, toUs]));
  }
  return longest / 1000;
}
