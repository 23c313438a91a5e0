import type { Millis } from "@polis/codec";
import type { Clock } from "@polis/ports";

/** Named one-shot timers; setting a name again moves it. Bounded by the number of names that a machine uses. */
export interface Timers {
  set(name: string, at: Millis): void;
  cancel(name: string): void;
  close(): void;
}

/** Longest delay that the platform's timers take in one piece. */
const MAX_DELAY_MS = 2_147_483_647;

/**
 * @param fire called with the timer's name when its time has come by the monotonic clock, never early.
 */
export function createTimers(clock: Clock, fire: (name: string) => void): Timers {
  const handles = new Map<string, NodeJS.Timeout>();
  const arm = (name: string, at: Millis): void => {
    const delay = Math.min(Math.max(at - clock.monotonicMs(), 0), MAX_DELAY_MS);
    const handle = setTimeout(() => {
      handles.delete(name);
      // Platform timers may fire up to a millisecond early; a machine compares with its own clock.
      if (clock.monotonicMs() < at) arm(name, at);
      else fire(name);
    }, delay);
    handles.set(name, handle);
  };
  const cancel = (name: string): void => {
    const handle = handles.get(name);
    if (handle !== undefined) clearTimeout(handle);
    handles.delete(name);
  };
  return {
    set: (name, at) => {
      cancel(name);
      arm(name, at);
    },
    cancel,
    close: () => {
      for (const handle of handles.values()) clearTimeout(handle);
      handles.clear();
    },
  };
}
