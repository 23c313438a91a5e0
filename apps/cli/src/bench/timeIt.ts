/**
 * Mean time of one call in microseconds over at least `minMs` of calls, after a warm-up of a tenth of it.
 * @example const us = timeIt(() => keccak256(bytes), 200);
 */
export function timeIt(operation: () => unknown, minMs: number): number {
  const warmUntil = performance.now() + minMs / 10;
  while (performance.now() < warmUntil) operation();
  let calls = 0;
  const start = performance.now();
  let now = start;
  while (now - start < minMs) {
    operation();
    calls++;
    now = performance.now();
  }
  return ((now - start) * 1000) / calls;
}

/** Rounds for printing: three significant digits are more than such measurements carry. */
export function round(value: number, digits = 1): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
