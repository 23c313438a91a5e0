/**
 * Hands out small byte arrays cut from larger slabs: a fresh Uint8Array above 64 bytes costs a call of the system's
 * allocator, a view does not. A slab lives as long as any of its views, so slabs are small.
 */
export class ByteArena {
  #slab = new Uint8Array(0);
  #used = 0;

  /** A writable array of `length` bytes, zeroed and shared with nobody. */
  take(length: number): Uint8Array {
    if (length > slabBytes / 4) return new Uint8Array(length);
    if (this.#used + length > this.#slab.length) {
      this.#slab = new Uint8Array(slabBytes);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += length;
    return this.#slab.subarray(start, this.#used);
  }

  /** A copy of `bytes`. */
  copy(bytes: Uint8Array): Uint8Array {
    const out = this.take(bytes.length);
    out.set(bytes);
    return out;
  }
}

const slabBytes = 16_384;
