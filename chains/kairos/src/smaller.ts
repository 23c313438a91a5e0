/** The smaller of two integers of any size; Math.min takes numbers only. */
export function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
