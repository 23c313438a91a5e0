/**
 * The value at quantile `q` by the nearest-rank rule, or NaN without values.
 * @param q 0..1
 * @example quantile([3, 1, 2], 0.5) // 2
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

/**
 * Slope of the least-squares line through points, in units of y per unit of x; 0 with fewer than two distinct x.
 * @example slope([[0, 1], [1, 3], [2, 5]]) // 2
 */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  let over = 0;
  let under = 0;
  for (const [x, y] of points) {
    over += (x - meanX) * (y - meanY);
    under += (x - meanX) ** 2;
  }
  return under > 0 ? over / under : 0;
}

/**
 * The longest time between two neighbours, in the unit of the input; 0 with fewer than two.
 * @param times in any order
 */
export function longestGap(times: readonly number[]): number {
  const sorted = Float64Array.from(times).sort();
  let longest = 0;
  for (let i = 1; i < sorted.length; i++) longest = Math.max(longest, sorted[i]! - sorted[i - 1]!);
  return longest;
}

/**
 * The lowest rate over any window of a growing count, per second; undefined when no window fits in.
 * @param counts in order of time
 * @example lowestRate([[0, 0], [1000, 5], [2000, 20]], 1000) // 5
 */
export function lowestRate(
  counts: readonly (readonly [atMs: number, count: number])[],
  windowMs: number,
): number | undefined {
  let lowest: number | undefined;
  for (const [i, [from, count]] of counts.entries()) {
    const end = counts.slice(i + 1).find(([atMs]) => atMs - from >= windowMs);
    if (end === undefined) break;
    const rate = ((end[1] - count) * 1000) / (end[0] - from);
    lowest = Math.min(lowest ?? rate, rate);
  }
  return lowest;
}
