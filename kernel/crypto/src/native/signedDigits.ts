/**
 * A positive number in digits 0, ±1 and ±3, most significant first: no two of three neighbours are other than 0, so a
 * multiplication with them takes few additions.
 */
export function signedDigits(value: bigint): readonly number[] {
  const digits: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 1n) {
    let digit = 0;
    if ((rest & 1n) === 1n) {
      digit = Number(rest & 7n);
      if (digit > 3) digit -= 8;
      rest -= BigInt(digit);
    }
    digits.push(digit);
  }
  return digits.reverse();
}
