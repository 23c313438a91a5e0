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
    for (let i = 0; i < size; i++) {
      this.#out[at + i] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }

  /** A count or tag as a number. */
  number(value: number, size: 4 | 8): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an unsigned integer: ${value}`);
    const at = this.#room(size);
    let rest = value;
    for (let i = 0; i < size; i++) {
      this.#out[at + i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    if (rest !== 0) throw new RangeError(`${value} does not fit ${size} bytes`);
  }

  bytes(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#out.set(value, at);
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
