/** A buffer that grows while a value is written, little-endian (kratos-core 1.6). */
export class KceWriter {
  #out = new Uint8Array(128);
  #length = 0;

  u8(value: number): void {
    // The place is taken first: it may replace the buffer.
    const at = this.#room(1);
    this.#out[at] = value;
  }

  /** An unsigned integer of `size` bytes. Throws a RangeError when it does not fit. */
  uint(value: bigint, size: number): void {
    if (value < 0n || value >> BigInt(size * 8) !== 0n) throw new RangeError(`${value} does not fit ${size} bytes`);
    const at = this.#room(size);
    let rest = value;
    for (let i = 0; i < size; i += 4) {
      // Four bytes as a number at a time: shifting a bigint for each byte is slow.
      let part = Number(rest & 0xffff_ffffn);
      for (let j = i; j < i + 4 && j < size; j++) {
        this.#out[at + j] = part & 0xff;
        part >>>= 8;
      }
      rest >>= 32n;
    }
  }

  /** A count or tag as a number. */
  number(value: number, size: 4 | 8): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an unsigned integer: ${value}`);
    const at = this.#room(size);
    let low = value >>> 0;
    let high = (value - low) / 4_294_967_296;
    if (size === 4 && high !== 0) throw new RangeError(`${value} does not fit ${size} bytes`);
    for (let i = 0; i < 4; i++) {
      this.#out[at + i] = low & 0xff;
      low >>>= 8;
    }
    for (let i = 4; i < size; i++) {
      this.#out[at + i] = high & 0xff;
      high >>>= 8;
    }
  }

  bytes(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#out.set(value, at);
  }

  /** Begins again, with the same buffer. */
  clear(): void {
    this.#length = 0;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#out.slice(0, this.#length);
  }

  #room(size: number): number {
    const at = this.#length;
    this.#length = at + size;
    if (this.#length > this.#out.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#out.length * 2));
      larger.set(this.#out);
      this.#out = larger;
    }
    return at;
  }
}
