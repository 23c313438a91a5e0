/** Message schedule of BLAKE2b (RFC 7693, 2.7), as byte offsets into the block. */
const sigma = memory.data<u8>([
  0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120,
  112, 80, 32, 64, 72, 120, 104, 48, 8, 96, 0, 16, 88, 56, 40, 24,
  88, 64, 96, 0, 40, 16, 120, 104, 80, 112, 24, 48, 56, 8, 72, 32,
  56, 72, 24, 8, 104, 96, 88, 112, 16, 48, 40, 80, 32, 0, 120, 64,
  72, 0, 40, 56, 16, 32, 80, 120, 112, 8, 88, 96, 48, 64, 24, 104,
  16, 96, 48, 80, 0, 88, 64, 24, 32, 104, 56, 40, 120, 112, 8, 72,
  96, 40, 8, 120, 112, 104, 32, 80, 0, 56, 48, 24, 72, 16, 64, 88,
  104, 88, 56, 112, 96, 8, 24, 72, 40, 0, 120, 32, 64, 48, 16, 80,
  48, 120, 112, 72, 88, 24, 0, 64, 96, 16, 104, 56, 8, 32, 80, 40,
  80, 16, 64, 32, 56, 48, 8, 40, 120, 88, 72, 112, 24, 96, 104, 0,
]);

/**
 * The compression function F of BLAKE2b (RFC 7693, 3.2) with any number of rounds (EIP-152), in three parts: a function
 * that runs for seconds would stay in the quickly compiled code in which it began, so the host asks for some rounds at a
 * time.
 * @param v the sixteen working words
 * @param h the state, 64 bytes
 * @param t the offset counter, 16 bytes
 */
export function blake2Begin(v: usize, h: usize, t: usize, isLast: bool): void {
  memory.copy(v, h, 64);
  store<u64>(v, 0x6a09e667f3bcc908, 64);
  store<u64>(v, 0xbb67ae8584caa73b, 72);
  store<u64>(v, 0x3c6ef372fe94f82b, 80);
  store<u64>(v, 0xa54ff53a5f1d36f1, 88);
  store<u64>(v, 0x510e527fade682d1 ^ load<u64>(t), 96);
  store<u64>(v, 0x9b05688c2b3e6c1f ^ load<u64>(t, 8), 104);
  store<u64>(v, isLast ? ~0x1f83d9abfb41bd6b : 0x1f83d9abfb41bd6b, 112);
  store<u64>(v, 0x5be0cd19137e2179, 120);
}

/** Some rounds over the block `m`; their number is a multiple of ten in all calls but the last. */
export function blake2Rounds(rounds: u32, v: usize, m: usize): void {
  let v0 = load<u64>(v), v1 = load<u64>(v, 8), v2 = load<u64>(v, 16), v3 = load<u64>(v, 24);
  let v4 = load<u64>(v, 32), v5 = load<u64>(v, 40), v6 = load<u64>(v, 48), v7 = load<u64>(v, 56);
  let v8 = load<u64>(v, 64), v9 = load<u64>(v, 72), v10 = load<u64>(v, 80), v11 = load<u64>(v, 88);
  let v12 = load<u64>(v, 96), v13 = load<u64>(v, 104), v14 = load<u64>(v, 112), v15 = load<u64>(v, 120);
  let s = sigma;
  for (let i: u32 = 0; i < rounds; i++) {
    v0 = v0 + v4 + load<u64>(m + load<u8>(s, 0)); v12 = rotr(v12 ^ v0, 32); v8 = v8 + v12; v4 = rotr(v4 ^ v8, 24);
    v0 = v0 + v4 + load<u64>(m + load<u8>(s, 1)); v12 = rotr(v12 ^ v0, 16); v8 = v8 + v12; v4 = rotr(v4 ^ v8, 63);
    v1 = v1 + v5 + load<u64>(m + load<u8>(s, 2)); v13 = rotr(v13 ^ v1, 32); v9 = v9 + v13; v5 = rotr(v5 ^ v9, 24);
    v1 = v1 + v5 + load<u64>(m + load<u8>(s, 3)); v13 = rotr(v13 ^ v1, 16); v9 = v9 + v13; v5 = rotr(v5 ^ v9, 63);
    v2 = v2 + v6 + load<u64>(m + load<u8>(s, 4)); v14 = rotr(v14 ^ v2, 32); v10 = v10 + v14; v6 = rotr(v6 ^ v10, 24);
    v2 = v2 + v6 + load<u64>(m + load<u8>(s, 5)); v14 = rotr(v14 ^ v2, 16); v10 = v10 + v14; v6 = rotr(v6 ^ v10, 63);
    v3 = v3 + v7 + load<u64>(m + load<u8>(s, 6)); v15 = rotr(v15 ^ v3, 32); v11 = v11 + v15; v7 = rotr(v7 ^ v11, 24);
    v3 = v3 + v7 + load<u64>(m + load<u8>(s, 7)); v15 = rotr(v15 ^ v3, 16); v11 = v11 + v15; v7 = rotr(v7 ^ v11, 63);
    v0 = v0 + v5 + load<u64>(m + load<u8>(s, 8)); v15 = rotr(v15 ^ v0, 32); v10 = v10 + v15; v5 = rotr(v5 ^ v10, 24);
    v0 = v0 + v5 + load<u64>(m + load<u8>(s, 9)); v15 = rotr(v15 ^ v0, 16); v10 = v10 + v15; v5 = rotr(v5 ^ v10, 63);
    v1 = v1 + v6 + load<u64>(m + load<u8>(s, 10)); v12 = rotr(v12 ^ v1, 32); v11 = v11 + v12; v6 = rotr(v6 ^ v11, 24);
    v1 = v1 + v6 + load<u64>(m + load<u8>(s, 11)); v12 = rotr(v12 ^ v1, 16); v11 = v11 + v12; v6 = rotr(v6 ^ v11, 63);
    v2 = v2 + v7 + load<u64>(m + load<u8>(s, 12)); v13 = rotr(v13 ^ v2, 32); v8 = v8 + v13; v7 = rotr(v7 ^ v8, 24);
    v2 = v2 + v7 + load<u64>(m + load<u8>(s, 13)); v13 = rotr(v13 ^ v2, 16); v8 = v8 + v13; v7 = rotr(v7 ^ v8, 63);
    v3 = v3 + v4 + load<u64>(m + load<u8>(s, 14)); v14 = rotr(v14 ^ v3, 32); v9 = v9 + v14; v4 = rotr(v4 ^ v9, 24);
    v3 = v3 + v4 + load<u64>(m + load<u8>(s, 15)); v14 = rotr(v14 ^ v3, 16); v9 = v9 + v14; v4 = rotr(v4 ^ v9, 63);
    s += 16;
    if (s == sigma + 160) s = sigma;
  }
  store<u64>(v, v0);
  store<u64>(v, v1, 8);
  store<u64>(v, v2, 16);
  store<u64>(v, v3, 24);
  store<u64>(v, v4, 32);
  store<u64>(v, v5, 40);
  store<u64>(v, v6, 48);
  store<u64>(v, v7, 56);
  store<u64>(v, v8, 64);
  store<u64>(v, v9, 72);
  store<u64>(v, v10, 80);
  store<u64>(v, v11, 88);
  store<u64>(v, v12, 96);
  store<u64>(v, v13, 104);
  store<u64>(v, v14, 112);
  store<u64>(v, v15, 120);
}

/** The result: state and both halves of the working words. */
export function blake2End(v: usize, h: usize): void {
  for (let i: usize = 0; i < 64; i += 8) store<u64>(h + i, load<u64>(h + i) ^ load<u64>(v + i) ^ load<u64>(v + i + 64));
}
