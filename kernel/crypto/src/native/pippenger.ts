/** What the bucket method needs of a group: functions on addresses of the library's memory. */
export interface BucketGroup {
  readonly pointBytes: number;
  clear(at: number): void;
  double(to: number, from: number): number;
  add(to: number, a: number, b: number): number;
  subtract(to: number, a: number, b: number): number;
}

/** Most bits of a window, and so of memory for buckets. */
export const maxWindowBits = 9;

/**
 * The sum of points times scalars by Pippenger's bucket method with signed digits.
 * @param sum where the result goes
 * @param points address of `scalars.length` affine points in a row
 * @param scalars numbers below 2^bits
 * @param room address of 2^(maxWindowBits - 1) + 2 points of scratch
 */
export function pippenger(
  group: BucketGroup,
  sum: number,
  points: number,
  scalars: readonly bigint[],
  bits: number,
  room: number,
): void {
  const { pointBytes } = group;
  const width = windowBits(scalars.length, bits);
  const windows = Math.ceil((bits + 1) / width);
  const digits = signedWindows(scalars, width, windows);
  const buckets = 1 << (width - 1);
  const running = room + buckets * pointBytes;
  const total = running + pointBytes;
  group.clear(sum);
  for (let window = windows - 1; window >= 0; window--) {
    for (let i = 0; i < width; i++) group.double(sum, sum);
    for (let i = 0; i < buckets; i++) group.clear(room + i * pointBytes);
    for (let i = 0; i < scalars.length; i++) {
      const digit = digits[i * windows + window]!;
      const point = points + i * pointBytes;
      if (digit > 0) {
        const bucket = room + (digit - 1) * pointBytes;
        group.add(bucket, bucket, point);
      } else if (digit < 0) {
        const bucket = room + (-digit - 1) * pointBytes;
        group.subtract(bucket, bucket, point);
      }
    }
    // Bucket j counts j times: the sum of all sums of the upper ones.
    group.clear(running);
    group.clear(total);
    for (let i = buckets - 1; i >= 0; i--) {
      group.add(running, running, room + i * pointBytes);
      group.add(total, total, running);
    }
    group.add(sum, sum, total);
  }
}

/** The width with the fewest additions: one per point and two per bucket in each window. */
function windowBits(count: number, bits: number): number {
  let best = 2;
  let least = Number.MAX_SAFE_INTEGER;
  for (let width = 2; width <= maxWindowBits; width++) {
    const additions = Math.ceil((bits + 1) / width) * (count + (1 << width));
    if (additions < least) [best, least] = [width, additions];
  }
  return best;
}

/** Digits in -2^(width-1)+1..2^(width-1), least significant first, `windows` of them for each scalar. */
function signedWindows(scalars: readonly bigint[], width: number, windows: number): Int16Array {
  const digits = new Int16Array(scalars.length * windows);
  const half = 1 << (width - 1);
  const mask = (1 << width) - 1;
  for (const [i, scalar] of scalars.entries()) {
    const words = wordsOf(scalar);
    let carry = 0;
    for (let window = 0; window < windows; window++) {
      const bit = window * width;
      const word = bit >>> 4;
      const pair = (words[word] ?? 0) | ((words[word + 1] ?? 0) << 16);
      let digit = ((pair >>> (bit & 15)) & mask) + carry;
      carry = digit > half ? 1 : 0;
      if (carry === 1) digit -= 1 << width;
      digits[i * windows + window] = digit;
    }
  }
  return digits;
}

/** Words of 16 bits, least significant first. */
function wordsOf(value: bigint): number[] {
  const words: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 32n) {
    const both = Number(BigInt.asUintN(32, rest));
    words.push(both & 0xffff, both >>> 16);
  }
  return words;
}
