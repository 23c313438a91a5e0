import type { Address, Digest } from "@polis/codec";

const LIMB = 64n;
const LIMB_MAX = (1n << LIMB) - 1n;

/**
 * Linear memory of a kernel. Numbers lie in it little-endian, an address as 20 and a word as 32 bytes; hashes of code,
 * topics and data are byte strings. Views are made anew when the memory has grown.
 */
export class KernelMemory {
  readonly #memory: { readonly buffer: ArrayBuffer };
  #bytes: Uint8Array;
  #view: DataView;
  readonly #scratch = new Uint8Array(32);
  readonly #shortScratch = this.#scratch.subarray(12);

  constructor(memory: { readonly buffer: ArrayBuffer }) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  /** All bytes, valid until the kernel runs again. */
  get bytes(): Uint8Array {
    // A memory that grew leaves its old buffer empty.
    if (this.#bytes.length === 0) this.#renew();
    return this.#bytes;
  }

  get view(): DataView {
    if (this.#bytes.length === 0) this.#renew();
    return this.#view;
  }

  #renew(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }

  u32(at: number): number {
    return this.view.getUint32(at, true);
  }

  u64(at: number): bigint {
    return this.view.getBigUint64(at, true);
  }

  word(at: number): bigint {
    const { view } = this;
    const low = view.getBigUint64(at, true);
    const middle = view.getUint32(at + 8, true) | view.getUint32(at + 12, true);
    const high = view.getUint32(at + 16, true) | view.getUint32(at + 20, true);
    const top = view.getUint32(at + 24, true) | view.getUint32(at + 28, true);
    if ((middle | high | top) === 0) return low;
    const upper = (view.getBigUint64(at + 24, true) << LIMB) | view.getBigUint64(at + 16, true);
    return (((upper << LIMB) | view.getBigUint64(at + 8, true)) << LIMB) | low;
  }

  setWord(at: number, value: bigint): void {
    const { view } = this;
    view.setBigUint64(at, value & LIMB_MAX, true);
    let rest = value >> LIMB;
    for (let limb = 8; limb < 32; limb += 8) {
      view.setBigUint64(at + limb, rest & LIMB_MAX, true);
      rest >>= LIMB;
    }
  }

  address(at: number): Address {
    const { bytes } = this;
    for (let i = 0; i < 20; i++) this.#shortScratch[i] = bytes[at + 19 - i]!;
    return this.#shortScratch.toHex() as Address;
  }

  digest(at: number): Digest {
    const { bytes } = this;
    for (let i = 0; i < 32; i++) this.#scratch[i] = bytes[at + 31 - i]!;
    return this.#scratch.toHex() as Digest;
  }

  /** Writes a number given as hex: an address or a digest. */
  setHex(at: number, hex: string): void {
    const { bytes } = this;
    for (let i = hex.length - 2, out = at; i >= 0; i -= 2, out++) {
      bytes[out] = (digit(hex.charCodeAt(i)) << 4) | digit(hex.charCodeAt(i + 1));
    }
  }

  /** Hex of a byte string. */
  hex(at: number, length: number): string {
    return this.bytes.subarray(at, at + length).toHex();
  }

  copy(at: number, length: number): Uint8Array {
    return this.bytes.slice(at, at + length);
  }
}

/** Codes of 0..9 end in their value; those of a..f have bit 6 set and end in their value minus nine. */
function digit(code: number): number {
  return (code & 15) + 9 * (code >> 6);
}
