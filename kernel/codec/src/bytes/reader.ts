import { digestOf } from "../hex/digest.ts";
import { type Fault, ok, type Result } from "../result.ts";
import type { Digest } from "../units.ts";
import { readU16, readU32, readU64, readU64Number, readU128, readU256 } from "./integers.ts";

/** What a Reader can report. */
export type ReaderFault = Fault<"BYTES_TRUNCATED" | "BYTES_TRAILING" | "BYTES_UNSAFE_INTEGER" | "BYTES_TOO_LONG">;

const zeroDigest = "0".repeat(64) as Digest;

/**
 * Reads a fixed layout, big-endian, and never throws (kairos K5): after the first fault every read gives a zero or an
 * empty array, and `finish` returns the fault. Byte fields are views into the input, not copies.
 * @example
 * const r = new Reader(bytes);
 * const kind = r.u8();
 * const view = r.u64();
 * return r.finish({ kind, view });
 */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #fault: ReaderFault | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The first fault so far. */
  get fault(): ReaderFault | undefined {
    return this.#fault;
  }

  /** Bytes not read yet; 0 after a fault, so a loop over "the rest" ends. */
  get remaining(): number {
    return this.#fault === undefined ? this.#bytes.length - this.#at : 0;
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#bytes[at]!;
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : readU16(this.#bytes, at);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : readU32(this.#bytes, at);
  }

  /** A u64 that must be below 2^53: a view, height, epoch or time (kairos R32). */
  u64(): number {
    const at = this.#take(8);
    if (at < 0) return 0;
    const value = readU64Number(this.#bytes, at);
    if (value === undefined) this.#fail("BYTES_UNSAFE_INTEGER");
    return value ?? 0;
  }

  /** A u64 over its whole range. */
  u64Big(): bigint {
    const at = this.#take(8);
    return at < 0 ? 0n : readU64(this.#bytes, at);
  }

  u128(): bigint {
    const at = this.#take(16);
    return at < 0 ? 0n : readU128(this.#bytes, at);
  }

  u256(): bigint {
    const at = this.#take(32);
    return at < 0 ? 0n : readU256(this.#bytes, at);
  }

  /** A view of exactly `length` bytes; empty after a fault. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return at < 0 ? new Uint8Array(0) : this.#bytes.subarray(at, at + length);
  }

  /** A u16 length of at most `maxBytes`, then that many bytes. */
  bytes16(maxBytes: number): Uint8Array {
    const length = this.u16();
    return this.#limited(length, maxBytes);
  }

  /** A u32 length of at most `maxBytes`, then that many bytes. */
  bytes32(maxBytes: number): Uint8Array {
    const length = this.u32();
    return this.#limited(length, maxBytes);
  }

  /** 32 bytes as a Digest; all zero after a fault. */
  digest(): Digest {
    const at = this.#take(32);
    return at < 0 ? zeroDigest : digestOf(this.#bytes.subarray(at, at + 32));
  }

  /** Everything not read yet. */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  /** The value when the whole input was read without a fault. */
  finish<T>(value: T): Result<T, ReaderFault> {
    if (this.#fault === undefined && this.#at !== this.#bytes.length) this.#fail("BYTES_TRAILING");
    return this.#fault === undefined ? ok(value) : { ok: false, fault: this.#fault };
  }

  #limited(length: number, maxBytes: number): Uint8Array {
    if (length > maxBytes) this.#fail("BYTES_TOO_LONG");
    return this.bytes(this.#fault === undefined ? length : 0);
  }

  #take(length: number): number {
    if (this.#fault !== undefined) return -1;
    const at = this.#at;
    if (at + length > this.#bytes.length) {
      this.#fail("BYTES_TRUNCATED");
      return -1;
    }
    this.#at = at + length;
    return at;
  }

  #fail(code: ReaderFault["code"]): void {
    this.#fault ??= { code, verdict: "punish" };
  }
}
