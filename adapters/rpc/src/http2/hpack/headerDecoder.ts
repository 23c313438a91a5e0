import { decodeHuffman } from "./huffman.ts";
import { type Field, staticTable } from "./staticTable.ts";

/** What a block of headers holds, or why it cannot be read. */
export type Decoded =
  | { readonly ok: true; readonly fields: readonly Field[] }
  | { readonly ok: false; readonly why: "compression" | "size" };

/** Bytes of the dynamic table that a client may fill: the default of HTTP/2, which is never raised here. */
const maxTableBytes = 4_096;
/** What an entry costs beside its texts (RFC 7541 4.1). */
const entryOverhead = 32;

/**
 * Reads header blocks of one connection (RFC 7541). Limits by bytes: an indexed field is one byte on the wire and up to
 * 4 KiB here, so that the sum of the fields is bounded too.
 */
export class HeaderDecoder {
  readonly #maxListBytes: number;
  readonly #table: Field[] = [];
  #tableBytes = 0;
  #allowedBytes = maxTableBytes;
  /** Rises whenever the same block may mean something else from now on. */
  generation = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #failed = false;

  /** @param maxListBytes names, values and 32 for each field, in all (RFC 9113 6.5.2) */
  constructor(maxListBytes: number) {
    this.#maxListBytes = maxListBytes;
  }

  /** After a failure the connection must end: the two tables may differ. */
  decode(block: Uint8Array): Decoded {
    this.#bytes = block;
    this.#at = 0;
    this.#failed = false;
    const fields: Field[] = [];
    let listBytes = 0;
    while (this.#at < block.length) {
      const first = block[this.#at]!;
      if (first >= 0x20 && first < 0x40) {
        // A change of size stands before the first field only (RFC 7541 4.2).
        if (fields.length > 0 || !this.#resize(this.#integer(5))) return compression;
        continue;
      }
      const field = first >= 0x80 ? this.#entry(this.#integer(7)) : this.#literal(first);
      if (field === undefined || this.#failed) return compression;
      listBytes += field.name.length + field.value.length + entryOverhead;
      if (listBytes > this.#maxListBytes) return { ok: false, why: "size" };
      fields.push(field);
    }
    return this.#failed ? compression : { ok: true, fields };
  }

  #literal(first: number): Field | undefined {
    const isIndexed = first >= 0x40;
    const index = this.#integer(isIndexed ? 6 : 4);
    const name = index === 0 ? this.#text() : this.#entry(index)?.name;
    const value = this.#text();
    if (name === undefined || value === undefined) return undefined;
    const field = { name, value };
    if (isIndexed) this.#add(field);
    return field;
  }

  #entry(index: number): Field | undefined {
    if (index === 0) return undefined;
    return index <= staticTable.length ? staticTable[index - 1] : this.#table[index - staticTable.length - 1];
  }

  #add(field: Field): void {
    this.generation++;
    const bytes = sizeOf(field);
    this.#evict(this.#allowedBytes - bytes);
    if (bytes > this.#allowedBytes) return;
    this.#table.unshift(field);
    this.#tableBytes += bytes;
  }

  #resize(bytes: number): boolean {
    if (this.#failed || bytes > maxTableBytes) return false;
    this.generation++;
    this.#allowedBytes = bytes;
    this.#evict(bytes);
    return true;
  }

  #evict(bytes: number): void {
    while (this.#tableBytes > bytes && this.#table.length > 0) this.#tableBytes -= sizeOf(this.#table.pop()!);
  }

  /** An integer with a prefix of some bits (RFC 7541 5.1), at most four bytes behind it. */
  #integer(prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = this.#bytes[this.#at++]! & mask;
    if (value < mask) return value;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    this.#failed = true;
    return 0;
  }

  #text(): string | undefined {
    if (this.#at >= this.#bytes.length) return undefined;
    const isHuffman = this.#bytes[this.#at]! >= 0x80;
    const length = this.#integer(7);
    const from = this.#at;
    const to = from + length;
    if (this.#failed || to > this.#bytes.length) return undefined;
    this.#at = to;
    if (isHuffman) return decodeHuffman(this.#bytes, from, to);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + from, length).toString("latin1");
  }
}

const compression: Decoded = { ok: false, why: "compression" };

function sizeOf({ name, value }: Field): number {
  return name.length + value.length + entryOverhead;
}
