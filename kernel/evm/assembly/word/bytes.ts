/**
 * A word is a 256-bit number in linear memory: four u64 limbs, least significant first. Every function of this folder
 * takes pointers, allocates nothing, and allows `dst` to be one of its inputs.
 */

/** Reads a word from 32 big-endian bytes. */
export function loadBE(dst: usize, src: usize): void {
  const l0 = bswap<u64>(load<u64>(src, 24));
  const l1 = bswap<u64>(load<u64>(src, 16));
  const l2 = bswap<u64>(load<u64>(src, 8));
  const l3 = bswap<u64>(load<u64>(src));
  store<u64>(dst, l0);
  store<u64>(dst, l1, 8);
  store<u64>(dst, l2, 16);
  store<u64>(dst, l3, 24);
}

/** Writes a word as 32 big-endian bytes. */
export function storeBE(dst: usize, src: usize): void {
  const l0 = bswap<u64>(load<u64>(src));
  const l1 = bswap<u64>(load<u64>(src, 8));
  const l2 = bswap<u64>(load<u64>(src, 16));
  const l3 = bswap<u64>(load<u64>(src, 24));
  store<u64>(dst, l3);
  store<u64>(dst, l2, 8);
  store<u64>(dst, l1, 16);
  store<u64>(dst, l0, 24);
}

/** Copies a word. */
export function copy(dst: usize, src: usize): void {
  const l0 = load<u64>(src);
  const l1 = load<u64>(src, 8);
  const l2 = load<u64>(src, 16);
  const l3 = load<u64>(src, 24);
  store<u64>(dst, l0);
  store<u64>(dst, l1, 8);
  store<u64>(dst, l2, 16);
  store<u64>(dst, l3, 24);
}

/** Sets a word to a number below 2^64. */
export function setU64(dst: usize, value: u64): void {
  store<u64>(dst, value);
  store<u64>(dst, 0, 8);
  store<u64>(dst, 0, 16);
  store<u64>(dst, 0, 24);
}

/** True when the word is below 2^64, so that its first limb is its value. */
export function fitsU64(a: usize): bool {
  return (load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0;
}

/** Number of bytes without leading zeros, 0..32: what EXP charges for. */
export function byteLength(a: usize): u32 {
  for (let i: i32 = 24; i >= 0; i -= 8) {
    const limb = load<u64>(a + i);
    if (limb != 0) return i + 8 - (<u32>i64.clz(limb) >> 3);
  }
  return 0;
}
