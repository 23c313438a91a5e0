/**
 * SipHash-1-3 over limbs. Keys of tables are chosen by whoever writes contracts; with a secret seed nobody can choose
 * keys that meet in one place. Results of the EVM do not depend on the seed.
 */
let k0: u64 = 0x0706050403020100;
let k1: u64 = 0x0f0e0d0c0b0a0908;

/** Sets the secret; tables are empty at that time. */
export function setSeed(low: u64, high: u64): void {
  k0 = low;
  k1 = high;
}

/** Hash of five limbs. */
export function hash5(a: u64, b: u64, c: u64, d: u64, e: u64): u32 {
  let v0 = k0 ^ 0x736f6d6570736575;
  let v1 = k1 ^ 0x646f72616e646f6d;
  let v2 = k0 ^ 0x6c7967656e657261;
  let v3 = k1 ^ 0x7465646279746573;
  let m = a;
  for (let i = 0; i < 8; i++) {
    v3 ^= m;
    v0 += v1;
    v1 = rotl<u64>(v1, 13) ^ v0;
    v0 = rotl<u64>(v0, 32);
    v2 += v3;
    v3 = rotl<u64>(v3, 16) ^ v2;
    v0 += v3;
    v3 = rotl<u64>(v3, 21) ^ v0;
    v2 += v1;
    v1 = rotl<u64>(v1, 17) ^ v2;
    v2 = rotl<u64>(v2, 32);
    v0 ^= m;
    if (i == 0) m = b;
    else if (i == 1) m = c;
    else if (i == 2) m = d;
    else if (i == 3) m = e;
    else {
      // The last three rounds take in nothing: they mix.
      if (i == 4) v2 ^= 0xff;
      m = 0;
    }
  }
  return <u32>(v0 ^ v1 ^ v2 ^ v3);
}
