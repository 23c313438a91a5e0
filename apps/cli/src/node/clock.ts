import { type Millis, millis } from "@polis/codec";
import type { Clock } from "@polis/ports";

/** The real clocks. Monotonic time counts from the process's start, so that it fits a machine's integer milliseconds. */
export const systemClock: Clock = {
  monotonicMs: (): Millis => millis(Math.floor(performance.now())),
  wallMs: (): Millis => millis(Date.now()),
};

/**
 * Microseconds of the machine-wide monotonic clock: comparable between processes of one computer, which is how a local
 * network measures the time from a leader's proposal to the finality at another validator.
 */
export function sharedMicros(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
