interface Window {
  startMs: number;
  seen: number;
}

/** Messages remembered at a time. */
const maxKeys = 1_000;

/**
 * Limits repeats of one message.
 * @param most how many pass in a window of `windowMs`
 * @returns for each message: undefined when it must be dropped, else how many were dropped before it
 */
export function createRepeatLimit(most: number, windowMs: number): (key: string, nowMs: number) => number | undefined {
  const windows = new Map<string, Window>();
  return (key, nowMs) => {
    const window = windows.get(key);
    if (window === undefined || nowMs - window.startMs >= windowMs || nowMs < window.startMs) {
      if (window === undefined && windows.size >= maxKeys) windows.delete(windows.keys().next().value!);
      windows.set(key, { startMs: nowMs, seen: 1 });
      return window === undefined ? 0 : Math.max(0, window.seen - most);
    }
    window.seen++;
    return window.seen <= most ? 0 : undefined;
  };
}
