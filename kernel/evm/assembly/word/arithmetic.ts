/** a + b modulo 2^256. */
export function add(dst: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const r0 = a0 + load<u64>(b);
  let carry = u64(r0 < a0);
  const s1 = a1 + load<u64>(b, 8);
  const r1 = s1 + carry;
  carry = u64(s1 < a1) | u64(r1 < s1);
  const s2 = a2 + load<u64>(b, 16);
  const r2 = s2 + carry;
  carry = u64(s2 < a2) | u64(r2 < s2);
  const r3 = load<u64>(a, 24) + load<u64>(b, 24) + carry;
  store<u64>(dst, r0);
  store<u64>(dst, r1, 8);
  store<u64>(dst, r2, 16);
  store<u64>(dst, r3, 24);
}

/** a - b modulo 2^256. */
export function sub(dst: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const b0 = load<u64>(b);
  const b1 = load<u64>(b, 8);
  const b2 = load<u64>(b, 16);
  let borrow = u64(a0 < b0);
  const d1 = a1 - b1;
  const r1 = d1 - borrow;
  borrow = u64(a1 < b1) | u64(d1 < borrow);
  const d2 = a2 - b2;
  const r2 = d2 - borrow;
  borrow = u64(a2 < b2) | u64(d2 < borrow);
  const r3 = load<u64>(a, 24) - load<u64>(b, 24) - borrow;
  store<u64>(dst, a0 - b0);
  store<u64>(dst, r1, 8);
  store<u64>(dst, r2, 16);
  store<u64>(dst, r3, 24);
}

/** 0 - a modulo 2^256. */
export function negate(dst: usize, a: usize): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const a3 = load<u64>(a, 24);
  store<u64>(dst, 0 - a0);
  store<u64>(dst, ~a1 + u64(a0 == 0), 8);
  store<u64>(dst, ~a2 + u64((a0 | a1) == 0), 16);
  store<u64>(dst, ~a3 + u64((a0 | a1 | a2) == 0), 24);
}
