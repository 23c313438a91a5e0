/** High half of the 128-bit product: WebAssembly has no instruction for it, so it is put together from 32-bit halves. */
export function mulHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const cross = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (cross >> 32);
}

/** a · b modulo 2^256. Limbs of `b` that are zero cost nothing, which is most of them in practice. */
export function mul(dst: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const a3 = load<u64>(a, 24);
  const b0 = load<u64>(b);
  const b1 = load<u64>(b, 8);
  const b2 = load<u64>(b, 16);
  const b3 = load<u64>(b, 24);
  const r0 = a0 * b0;
  let r1 = mulHigh(a0, b0);
  let r2: u64 = 0;
  let r3: u64 = 0;
  if ((a1 | a2 | a3) != 0) {
    let p = a1 * b0;
    r1 += p;
    r2 = mulHigh(a1, b0) + u64(r1 < p);
    p = a2 * b0;
    r2 += p;
    r3 = mulHigh(a2, b0) + u64(r2 < p) + a3 * b0;
  }
  if (b1 != 0) {
    let p = a0 * b1;
    r1 += p;
    const carry = mulHigh(a0, b1) + u64(r1 < p);
    p = a1 * b1;
    const sum = p + carry;
    r2 += sum;
    r3 += mulHigh(a1, b1) + u64(sum < p) + u64(r2 < sum) + a2 * b1;
  }
  if (b2 != 0) {
    const p = a0 * b2;
    r2 += p;
    r3 += mulHigh(a0, b2) + u64(r2 < p) + a1 * b2;
  }
  r3 += a0 * b3;
  store<u64>(dst, r0);
  store<u64>(dst, r1, 8);
  store<u64>(dst, r2, 16);
  store<u64>(dst, r3, 24);
}

/** The 512-bit product as eight limbs. `dst` must not overlap `a` or `b`. */
export function mulFull(dst: usize, a: usize, b: usize): void {
  memory.fill(dst, 0, 64);
  for (let i: usize = 0; i < 32; i += 8) {
    const limb = load<u64>(b + i);
    if (limb == 0) continue;
    const row = dst + i;
    let carry: u64 = 0;
    for (let j: usize = 0; j < 32; j += 8) {
      const x = load<u64>(a + j);
      const p = x * limb;
      const sum = p + carry;
      const before = load<u64>(row + j);
      const after = before + sum;
      store<u64>(row + j, after);
      carry = mulHigh(x, limb) + u64(sum < p) + u64(after < sum);
    }
    store<u64>(row + 32, carry);
  }
}
