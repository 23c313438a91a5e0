import { setU64 } from "./bytes";

/** SHL: `value` moved left by `shift` bits; 0 from 256 bits on. */
export function shl(dst: usize, shift: usize, value: usize): void {
  const bits = load<u64>(shift);
  if ((load<u64>(shift, 8) | load<u64>(shift, 16) | load<u64>(shift, 24)) != 0 || bits > 255) {
    setU64(dst, 0);
    return;
  }
  let l0 = load<u64>(value);
  let l1 = load<u64>(value, 8);
  let l2 = load<u64>(value, 16);
  let l3 = load<u64>(value, 24);
  if ((bits & 128) != 0) {
    l3 = l1;
    l2 = l0;
    l1 = 0;
    l0 = 0;
  }
  if ((bits & 64) != 0) {
    l3 = l2;
    l2 = l1;
    l1 = l0;
    l0 = 0;
  }
  // Two shifts by at most 63 take the crossing bits, because a single one by 64 would be one by 0.
  const low = bits & 63;
  const rest = 63 - low;
  store<u64>(dst, (l3 << low) | ((l2 >> 1) >> rest), 24);
  store<u64>(dst, (l2 << low) | ((l1 >> 1) >> rest), 16);
  store<u64>(dst, (l1 << low) | ((l0 >> 1) >> rest), 8);
  store<u64>(dst, l0 << low);
}

/** SHR: `value` moved right by `shift` bits; 0 from 256 bits on. */
export function shr(dst: usize, shift: usize, value: usize): void {
  const bits = load<u64>(shift);
  if ((load<u64>(shift, 8) | load<u64>(shift, 16) | load<u64>(shift, 24)) != 0 || bits > 255) {
    setU64(dst, 0);
    return;
  }
  shiftRight(dst, bits, value, 0);
}

/** SAR: `value` moved right by `shift` bits with its sign; 0 or -1 from 256 bits on. */
export function sar(dst: usize, shift: usize, value: usize): void {
  const bits = load<u64>(shift);
  const sign = <u64>(load<i64>(value, 24) >> 63);
  if ((load<u64>(shift, 8) | load<u64>(shift, 16) | load<u64>(shift, 24)) != 0 || bits > 255) {
    store<u64>(dst, sign);
    store<u64>(dst, sign, 8);
    store<u64>(dst, sign, 16);
    store<u64>(dst, sign, 24);
    return;
  }
  shiftRight(dst, bits, value, sign);
}

/** Moves right by 0..255 bits and fills with `sign`, which is 0 or all ones. */
function shiftRight(dst: usize, bits: u64, value: usize, sign: u64): void {
  let l0 = load<u64>(value);
  let l1 = load<u64>(value, 8);
  let l2 = load<u64>(value, 16);
  let l3 = load<u64>(value, 24);
  if ((bits & 128) != 0) {
    l0 = l2;
    l1 = l3;
    l2 = sign;
    l3 = sign;
  }
  if ((bits & 64) != 0) {
    l0 = l1;
    l1 = l2;
    l2 = l3;
    l3 = sign;
  }
  const low = bits & 63;
  const rest = 63 - low;
  store<u64>(dst, (l0 >> low) | ((l1 << 1) << rest));
  store<u64>(dst, (l1 >> low) | ((l2 << 1) << rest), 8);
  store<u64>(dst, (l2 >> low) | ((l3 << 1) << rest), 16);
  store<u64>(dst, (l3 >> low) | ((sign << 1) << rest), 24);
}
