import type { KceFault } from "./types.ts";

const nothing = new Uint8Array(0);

/** Reads little-endian values and keeps the first fault; after it every read gives zero or nothing (kairos K5). */
export class KceReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #fault: KceFault["code"] | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get fault(): KceFault["code"] | undefined {
    return this.#fault;
  }

  /** Bytes not read yet; 0 after a fault, so that loops end. */
  get remaining(): number {
    return this.#fault === undefined ? this.#bytes.length - this.#at : 0;
  }

  fail(code: KceFault["code"]): void {
    this.#fault ??= code;
  }

  /** A view of `size` bytes. */
  bytes(size: number): Uint8Array {
    if (this.#fault !== undefined) return nothing;
    if (size > this.#bytes.length - this.#at) {
      this.fail("KCE_TRUNCATED");
      return nothing;
    }
    const at = this.#at;
    this.#at = at + size;
    return this.#bytes.subarray(at, at + size);
  }

  uint(size: number): bigint {
    const bytes = this.bytes(size);
    let value = 0n;
    for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    return value;
  }

  /** An unsigned integer below 2^53; a larger one is a fault. */
  number(size: 1 | 4 | 8): number {
    const bytes = this.bytes(size);
    let value = 0;
    for (let i = bytes.length - 1; i >= 0; i--) value = value * 256 + bytes[i]!;
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    this.fail("KCE_INTEGER");
    return 0;
  }

  /** A u64 count of at most `limit`, and no more than the bytes that are left to fill it. */
  count(limit: number): number {
    const bytes = this.bytes(8);
    let value = 0;
    for (let i = bytes.length - 1; i >= 0; i--) value = value * 256 + bytes[i]!;
    if (value <= limit && value <= this.remaining) return value;
    this.fail("KCE_TOO_LONG");
    return 0;
  }
}
