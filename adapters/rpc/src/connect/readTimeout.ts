const unitsMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };
const maxDigits = 8;
/** Timers hold no more; a deadline behind it is none. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Reads the header `grpc-timeout`: up to eight digits and a unit.
 * @returns milliseconds, Infinity above what a timer holds (24 days), or undefined for what no call can begin with
 * @example readTimeout("250m") // 250
 */
export function readTimeout(header: string): number | undefined {
  const end = header.length - 1;
  if (end < 1 || end > maxDigits) return undefined;
  const unitMs = unitsMs[header[end]!];
  let value = 0;
  for (let at = 0; at < end; at++) {
    const digit = header.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  const timeoutMs = value * (unitMs ?? 0);
  if (timeoutMs > maxTimerMs) return Number.POSITIVE_INFINITY;
  return timeoutMs >= 1 ? timeoutMs : undefined;
}
