import { setU64 } from "./bytes";

/** a AND b. */
export function and(dst: usize, a: usize, b: usize): void {
  store<u64>(dst, load<u64>(a) & load<u64>(b));
  store<u64>(dst, load<u64>(a, 8) & load<u64>(b, 8), 8);
  store<u64>(dst, load<u64>(a, 16) & load<u64>(b, 16), 16);
  store<u64>(dst, load<u64>(a, 24) & load<u64>(b, 24), 24);
}

/** a OR b. */
export function or(dst: usize, a: usize, b: usize): void {
  store<u64>(dst, load<u64>(a) | load<u64>(b));
  store<u64>(dst, load<u64>(a, 8) | load<u64>(b, 8), 8);
  store<u64>(dst, load<u64>(a, 16) | load<u64>(b, 16), 16);
  store<u64>(dst, load<u64>(a, 24) | load<u64>(b, 24), 24);
}

/** a XOR b. */
export function xor(dst: usize, a: usize, b: usize): void {
  store<u64>(dst, load<u64>(a) ^ load<u64>(b));
  store<u64>(dst, load<u64>(a, 8) ^ load<u64>(b, 8), 8);
  store<u64>(dst, load<u64>(a, 16) ^ load<u64>(b, 16), 16);
  store<u64>(dst, load<u64>(a, 24) ^ load<u64>(b, 24), 24);
}

/** NOT a. */
export function not(dst: usize, a: usize): void {
  store<u64>(dst, ~load<u64>(a));
  store<u64>(dst, ~load<u64>(a, 8), 8);
  store<u64>(dst, ~load<u64>(a, 16), 16);
  store<u64>(dst, ~load<u64>(a, 24), 24);
}

/** BYTE: byte `i` of `x`, counted from the most significant; 0 when i > 31. */
export function byte(dst: usize, i: usize, x: usize): void {
  const index = load<u64>(i);
  const outside = (load<u64>(i, 8) | load<u64>(i, 16) | load<u64>(i, 24)) != 0 || index > 31;
  setU64(dst, outside ? 0 : <u64>load<u8>(x + 31 - <usize>index));
}

/** CLZ (EIP-7939): zero bits before the first one, 256 for 0. */
export function clz(dst: usize, x: usize): void {
  const l1 = load<u64>(x, 8);
  const l2 = load<u64>(x, 16);
  const l3 = load<u64>(x, 24);
  let count: u64;
  if (l3 != 0) count = i64.clz(l3);
  else if (l2 != 0) count = 64 + i64.clz(l2);
  else if (l1 != 0) count = 128 + i64.clz(l1);
  else count = 192 + i64.clz(load<u64>(x));
  setU64(dst, count);
}
