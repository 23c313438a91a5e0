/** Round constants of Keccak-f[1600] (FIPS 202, 3.2.5). */
const ROUND = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
  0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
  0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
  0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
  0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
]);

/** 25 lanes of 64 bits, and the last block while it is padded. */
const state = memory.data(200, 8);
const block = memory.data(136, 8);
const RATE: usize = 136;

/**
 * Keccak-256 as Ethereum uses it: the padding of the original submission, 0x01, not that of SHA-3.
 * @param src first byte of the input
 * @param len its length in bytes
 * @param dst receives 32 bytes; may lie inside the input
 */
export function keccak256(src: usize, len: usize, dst: usize): void {
  memory.fill(state, 0, 200);
  while (len >= RATE) {
    absorb(src);
    src += RATE;
    len -= RATE;
  }
  memory.fill(block + len, 0, RATE - len);
  memory.copy(block, src, len);
  store<u8>(block + len, 1);
  store<u8>(block, load<u8>(block, 135) | 0x80, 135);
  absorb(block);
  store<u64>(dst, load<u64>(state));
  store<u64>(dst, load<u64>(state, 8), 8);
  store<u64>(dst, load<u64>(state, 16), 16);
  store<u64>(dst, load<u64>(state, 24), 24);
}

/**
 * Adds 136 bytes to the state and permutes it, two rounds a turn: from the lanes a0..a24 into e0..e24 and back, all in
 * locals. Six lanes are kept inverted ("lane complementing" of the Keccak team), which leaves eight of the 25 inversions
 * of the step chi; the rest become OR in place of AND.
 */
function absorb(src: usize): void {
  let a0 = load<u64>(state) ^ load<u64>(src);
  let a1 = load<u64>(state, 8) ^ load<u64>(src, 8);
  let a2 = load<u64>(state, 16) ^ load<u64>(src, 16);
  let a3 = load<u64>(state, 24) ^ load<u64>(src, 24);
  let a4 = load<u64>(state, 32) ^ load<u64>(src, 32);
  let a5 = load<u64>(state, 40) ^ load<u64>(src, 40);
  let a6 = load<u64>(state, 48) ^ load<u64>(src, 48);
  let a7 = load<u64>(state, 56) ^ load<u64>(src, 56);
  let a8 = load<u64>(state, 64) ^ load<u64>(src, 64);
  let a9 = load<u64>(state, 72) ^ load<u64>(src, 72);
  let a10 = load<u64>(state, 80) ^ load<u64>(src, 80);
  let a11 = load<u64>(state, 88) ^ load<u64>(src, 88);
  let a12 = load<u64>(state, 96) ^ load<u64>(src, 96);
  let a13 = load<u64>(state, 104) ^ load<u64>(src, 104);
  let a14 = load<u64>(state, 112) ^ load<u64>(src, 112);
  let a15 = load<u64>(state, 120) ^ load<u64>(src, 120);
  let a16 = load<u64>(state, 128) ^ load<u64>(src, 128);
  let a17 = load<u64>(state, 136);
  let a18 = load<u64>(state, 144);
  let a19 = load<u64>(state, 152);
  let a20 = load<u64>(state, 160);
  let a21 = load<u64>(state, 168);
  let a22 = load<u64>(state, 176);
  let a23 = load<u64>(state, 184);
  let a24 = load<u64>(state, 192);
  let e0: u64 = 0, e1: u64 = 0, e2: u64 = 0, e3: u64 = 0, e4: u64 = 0;
  let e5: u64 = 0, e6: u64 = 0, e7: u64 = 0, e8: u64 = 0, e9: u64 = 0;
  let e10: u64 = 0, e11: u64 = 0, e12: u64 = 0, e13: u64 = 0, e14: u64 = 0;
  let e15: u64 = 0, e16: u64 = 0, e17: u64 = 0, e18: u64 = 0, e19: u64 = 0;
  let e20: u64 = 0, e21: u64 = 0, e22: u64 = 0, e23: u64 = 0, e24: u64 = 0;
  let b0: u64 = 0, c0: u64 = 0, d0: u64 = 0;
  let b1: u64 = 0, c1: u64 = 0, d1: u64 = 0;
  let b2: u64 = 0, c2: u64 = 0, d2: u64 = 0;
  let b3: u64 = 0, c3: u64 = 0, d3: u64 = 0;
  let b4: u64 = 0, c4: u64 = 0, d4: u64 = 0;
  a1 = ~a1;
  a2 = ~a2;
  a17 = ~a17;
  a20 = ~a20;
  a8 = ~a8;
  a12 = ~a12;
  for (let round: usize = 0; round < 192; round += 16) {
    c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
    c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
    c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
    c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
    c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
    d0 = c4 ^ rotl<u64>(c1, 1);
    d1 = c0 ^ rotl<u64>(c2, 1);
    d2 = c1 ^ rotl<u64>(c3, 1);
    d3 = c2 ^ rotl<u64>(c4, 1);
    d4 = c3 ^ rotl<u64>(c0, 1);
    b0 = a0 ^ d0;
    b1 = rotl<u64>(a6 ^ d1, 44);
    b2 = rotl<u64>(a12 ^ d2, 43);
    b3 = rotl<u64>(a18 ^ d3, 21);
    b4 = rotl<u64>(a24 ^ d4, 14);
    e0 = b0 ^ (b1 | b2) ^ load<u64>(ROUND + round);
    e1 = b1 ^ (~b2 | b3);
    e2 = b2 ^ (b3 & b4);
    e3 = b3 ^ (b4 | b0);
    e4 = b4 ^ (b0 & b1);
    b0 = rotl<u64>(a3 ^ d3, 28);
    b1 = rotl<u64>(a9 ^ d4, 20);
    b2 = rotl<u64>(a10 ^ d0, 3);
    b3 = rotl<u64>(a16 ^ d1, 45);
    b4 = rotl<u64>(a22 ^ d2, 61);
    e5 = b0 ^ (b1 | b2);
    e6 = b1 ^ (b2 & b3);
    e7 = b2 ^ (b3 | ~b4);
    e8 = b3 ^ (b4 | b0);
    e9 = b4 ^ (b0 & b1);
    b0 = rotl<u64>(a1 ^ d1, 1);
    b1 = rotl<u64>(a7 ^ d2, 6);
    b2 = rotl<u64>(a13 ^ d3, 25);
    b3 = rotl<u64>(a19 ^ d4, 8);
    b4 = rotl<u64>(a20 ^ d0, 18);
    e10 = b0 ^ (b1 | b2);
    e11 = b1 ^ (b2 & b3);
    e12 = b2 ^ (~b3 & b4);
    e13 = ~b3 ^ (b4 | b0);
    e14 = b4 ^ (b0 & b1);
    b0 = rotl<u64>(a4 ^ d4, 27);
    b1 = rotl<u64>(a5 ^ d0, 36);
    b2 = rotl<u64>(a11 ^ d1, 10);
    b3 = rotl<u64>(a17 ^ d2, 15);
    b4 = rotl<u64>(a23 ^ d3, 56);
    e15 = b0 ^ (b1 & b2);
    e16 = b1 ^ (b2 | b3);
    e17 = b2 ^ (~b3 | b4);
    e18 = ~b3 ^ (b4 & b0);
    e19 = b4 ^ (b0 | b1);
    b0 = rotl<u64>(a2 ^ d2, 62);
    b1 = rotl<u64>(a8 ^ d3, 55);
    b2 = rotl<u64>(a14 ^ d4, 39);
    b3 = rotl<u64>(a15 ^ d0, 41);
    b4 = rotl<u64>(a21 ^ d1, 2);
    e20 = b0 ^ (~b1 & b2);
    e21 = ~b1 ^ (b2 | b3);
    e22 = b2 ^ (b3 & b4);
    e23 = b3 ^ (b4 | b0);
    e24 = b4 ^ (b0 & b1);
    c0 = e0 ^ e5 ^ e10 ^ e15 ^ e20;
    c1 = e1 ^ e6 ^ e11 ^ e16 ^ e21;
    c2 = e2 ^ e7 ^ e12 ^ e17 ^ e22;
    c3 = e3 ^ e8 ^ e13 ^ e18 ^ e23;
    c4 = e4 ^ e9 ^ e14 ^ e19 ^ e24;
    d0 = c4 ^ rotl<u64>(c1, 1);
    d1 = c0 ^ rotl<u64>(c2, 1);
    d2 = c1 ^ rotl<u64>(c3, 1);
    d3 = c2 ^ rotl<u64>(c4, 1);
    d4 = c3 ^ rotl<u64>(c0, 1);
    b0 = e0 ^ d0;
    b1 = rotl<u64>(e6 ^ d1, 44);
    b2 = rotl<u64>(e12 ^ d2, 43);
    b3 = rotl<u64>(e18 ^ d3, 21);
    b4 = rotl<u64>(e24 ^ d4, 14);
    a0 = b0 ^ (b1 | b2) ^ load<u64>(ROUND + round, 8);
    a1 = b1 ^ (~b2 | b3);
    a2 = b2 ^ (b3 & b4);
    a3 = b3 ^ (b4 | b0);
    a4 = b4 ^ (b0 & b1);
    b0 = rotl<u64>(e3 ^ d3, 28);
    b1 = rotl<u64>(e9 ^ d4, 20);
    b2 = rotl<u64>(e10 ^ d0, 3);
    b3 = rotl<u64>(e16 ^ d1, 45);
    b4 = rotl<u64>(e22 ^ d2, 61);
    a5 = b0 ^ (b1 | b2);
    a6 = b1 ^ (b2 & b3);
    a7 = b2 ^ (b3 | ~b4);
    a8 = b3 ^ (b4 | b0);
    a9 = b4 ^ (b0 & b1);
    b0 = rotl<u64>(e1 ^ d1, 1);
    b1 = rotl<u64>(e7 ^ d2, 6);
    b2 = rotl<u64>(e13 ^ d3, 25);
    b3 = rotl<u64>(e19 ^ d4, 8);
    b4 = rotl<u64>(e20 ^ d0, 18);
    a10 = b0 ^ (b1 | b2);
    a11 = b1 ^ (b2 & b3);
    a12 = b2 ^ (~b3 & b4);
    a13 = ~b3 ^ (b4 | b0);
    a14 = b4 ^ (b0 & b1);
    b0 = rotl<u64>(e4 ^ d4, 27);
    b1 = rotl<u64>(e5 ^ d0, 36);
    b2 = rotl<u64>(e11 ^ d1, 10);
    b3 = rotl<u64>(e17 ^ d2, 15);
    b4 = rotl<u64>(e23 ^ d3, 56);
    a15 = b0 ^ (b1 & b2);
    a16 = b1 ^ (b2 | b3);
    a17 = b2 ^ (~b3 | b4);
    a18 = ~b3 ^ (b4 & b0);
    a19 = b4 ^ (b0 | b1);
    b0 = rotl<u64>(e2 ^ d2, 62);
    b1 = rotl<u64>(e8 ^ d3, 55);
    b2 = rotl<u64>(e14 ^ d4, 39);
    b3 = rotl<u64>(e15 ^ d0, 41);
    b4 = rotl<u64>(e21 ^ d1, 2);
    a20 = b0 ^ (~b1 & b2);
    a21 = ~b1 ^ (b2 | b3);
    a22 = b2 ^ (b3 & b4);
    a23 = b3 ^ (b4 | b0);
    a24 = b4 ^ (b0 & b1);
  }
  a1 = ~a1;
  a2 = ~a2;
  a17 = ~a17;
  a20 = ~a20;
  a8 = ~a8;
  a12 = ~a12;
  store<u64>(state, a0);
  store<u64>(state, a1, 8);
  store<u64>(state, a2, 16);
  store<u64>(state, a3, 24);
  store<u64>(state, a4, 32);
  store<u64>(state, a5, 40);
  store<u64>(state, a6, 48);
  store<u64>(state, a7, 56);
  store<u64>(state, a8, 64);
  store<u64>(state, a9, 72);
  store<u64>(state, a10, 80);
  store<u64>(state, a11, 88);
  store<u64>(state, a12, 96);
  store<u64>(state, a13, 104);
  store<u64>(state, a14, 112);
  store<u64>(state, a15, 120);
  store<u64>(state, a16, 128);
  store<u64>(state, a17, 136);
  store<u64>(state, a18, 144);
  store<u64>(state, a19, 152);
  store<u64>(state, a20, 160);
  store<u64>(state, a21, 168);
  store<u64>(state, a22, 176);
  store<u64>(state, a23, 184);
  store<u64>(state, a24, 192);
}
