import { bytesToHex } from "../hex/hex.ts";
import { writeU8, writeU16, writeU32, writeU64, writeU128, writeU256 } from "./integers.ts";

/**
 * Writes a fixed layout, big-endian, into a buffer of exactly the announced size (kairos 2.1).
 * @example new Writer(9).u8(1).u64(7).finish() // 01 0000000000000007
 */
export class Writer {
  readonly #out: Uint8Array;
  #at = 0;

  /** @param size length in bytes of the whole layout */
  constructor(size: number) {
    this.#out = new Uint8Array(size);
  }

  u8(value: number): this {
    writeU8(this.#out, this.#take(1), value);
    return this;
  }

  u16(value: number): this {
    writeU16(this.#out, this.#take(2), value);
    return this;
  }

  u32(value: number): this {
    writeU32(this.#out, this.#take(4), value);
    return this;
  }

  u64(value: number | bigint): this {
    writeU64(this.#out, this.#take(8), value);
    return this;
  }

  u128(value: bigint): this {
    writeU128(this.#out, this.#take(16), value);
    return this;
  }

  u256(value: bigint): this {
    writeU256(this.#out, this.#take(32), value);
    return this;
  }

  /** Raw bytes, without a length. */
  bytes(value: Uint8Array): this {
    this.#out.set(value, this.#take(value.length));
    return this;
  }

  /** Bytes given as hex without a prefix, such as a Digest or an Address. */
  hex(value: string): this {
    const length = value.length / 2;
    const at = this.#take(length);
    const target = this.#out.subarray(at, at + length);
    const done = target.setFromHex(value);
    if (done.written !== length) throw new RangeError(`not hex: ${bytesToHex(target)}`);
    return this;
  }

  /** The buffer. Throws when the layout was not filled to its last byte. */
  finish(): Uint8Array {
    if (this.#at !== this.#out.length) throw new RangeError(`wrote ${this.#at} of ${this.#out.length} bytes`);
    return this.#out;
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#out.length) throw new RangeError("the layout is longer than announced");
    this.#at = at + length;
    return at;
  }
}
