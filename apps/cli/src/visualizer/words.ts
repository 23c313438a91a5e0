const highUnit = 2 ** 32;

/** Writes a whole number below 2^53 into two words, the high one first. Allocates nothing. */
export function storeWide(words: Int32Array, at: number, value: number): void {
  Atomics.store(words, at, Math.floor(value / highUnit));
  Atomics.store(words, at + 1, value | 0);
}

/** Reads what `storeWide` wrote. */
export function loadWide(words: Int32Array, at: number): number {
  return Atomics.load(words, at) * highUnit + (Atomics.load(words, at + 1) >>> 0);
}

/** Writes a hash of 64 hex digits into eight words. Allocates nothing. */
export function storeHash(words: Int32Array, at: number, hash: string): void {
  for (let word = 0; word < 8; word++) {
    let value = 0;
    for (let digit = 0; digit < 8; digit++) value = (value << 4) | nibble(hash.charCodeAt(word * 8 + digit));
    Atomics.store(words, at + word, value);
  }
}

/** The 64 lower-case hex digits that `storeHash` wrote. */
export function loadHash(words: Int32Array, at: number): string {
  let hash = "";
  for (let word = 0; word < 8; word++) hash += (Atomics.load(words, at + word) >>> 0).toString(16).padStart(8, "0");
  return hash;
}

/** Sets a bit; false when it was set already. */
export function setBit(words: Int32Array, at: number, bit: number): boolean {
  const word = at + (bit >>> 5);
  const before = Atomics.load(words, word);
  Atomics.store(words, word, before | (1 << (bit & 31)));
  return (before & (1 << (bit & 31))) === 0;
}

/** Clears a bit. */
export function clearBit(words: Int32Array, at: number, bit: number): void {
  const word = at + (bit >>> 5);
  Atomics.store(words, word, Atomics.load(words, word) & ~(1 << (bit & 31)));
}

/** How many bits of `count` words are set. */
export function countBits(words: Int32Array, at: number, count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) {
    let rest = Atomics.load(words, at + i);
    for (; rest !== 0; rest &= rest - 1) total++;
  }
  return total;
}

/** The value of a hex digit's character code; both cases. */
function nibble(code: number): number {
  return code < 58 ? code - 48 : (code & 31) + 9;
}
