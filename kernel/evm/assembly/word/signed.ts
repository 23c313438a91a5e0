import { negate } from "./arithmetic";
import { copy } from "./bytes";
import { div, mod } from "./divide";

const left = memory.data(32, 8);
const right = memory.data(32, 8);

/** SDIV: a / b in two's complement, rounded towards 0; 0 when b = 0. -2^255 / -1 wraps to -2^255. */
export function sdiv(dst: usize, a: usize, b: usize): void {
  const negative = (load<i64>(a, 24) ^ load<i64>(b, 24)) < 0;
  magnitude(left, a);
  magnitude(right, b);
  div(dst, left, right);
  if (negative) negate(dst, dst);
}

/** SMOD: what remains of a / b in two's complement, with the sign of a; 0 when b = 0. */
export function smod(dst: usize, a: usize, b: usize): void {
  const negative = load<i64>(a, 24) < 0;
  magnitude(left, a);
  magnitude(right, b);
  mod(dst, left, right);
  if (negative) negate(dst, dst);
}

/** SIGNEXTEND: takes bit 8k+7 of `x` as the sign and repeats it above; `x` as it is when k > 30. */
export function signextend(dst: usize, k: usize, x: usize): void {
  const index = load<u64>(k);
  const whole = (load<u64>(k, 8) | load<u64>(k, 16) | load<u64>(k, 24)) != 0 || index > 30;
  if (whole) {
    copy(dst, x);
    return;
  }
  const bit = (<u32>index << 3) + 7;
  const at = bit >> 6;
  const shift = <u64>(63 - (bit & 63));
  const limb = (load<i64>(x + (at << 3)) << shift) >> shift;
  for (let i: u32 = 0; i < 4; i++) {
    const value = i < at ? load<i64>(x + (i << 3)) : i == at ? limb : limb >> 63;
    store<i64>(dst + (i << 3), value);
  }
}

function magnitude(dst: usize, a: usize): void {
  if (load<i64>(a, 24) < 0) negate(dst, a);
  else copy(dst, a);
}
