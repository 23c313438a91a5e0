import { type Decoded, HeaderDecoder } from "./hpack/headerDecoder.ts";
import { type RequestHead, readHead } from "./requestHead.ts";

/** Heads of this length on the wire are compared with the one before. */
const maxRememberedBytes = 512;

/** What a block of headers is: a head, one that breaks the rules, trailers, or a block that ends the connection. */
export type ReadBlock =
  | { readonly kind: "head"; readonly head: RequestHead }
  | { readonly kind: "malformed" }
  | { readonly kind: "fields"; readonly fields: (Decoded & { readonly ok: true })["fields"] }
  | { readonly kind: "failed"; readonly why: "compression" | "size" };

/**
 * Reads the heads of one connection. Clients that ask again and again send the same bytes once their tables are filled:
 * such a head is recognised and not read again.
 */
export class HeadReader {
  readonly #decoder: HeaderDecoder;
  #last: { readonly bytes: Buffer; readonly read: ReadBlock; readonly generation: number } | undefined;

  constructor(maxHeaderBytes: number) {
    this.#decoder = new HeaderDecoder(maxHeaderBytes);
  }

  /** The head of a request. */
  head(block: Buffer): ReadBlock {
    const last = this.#last;
    const { generation } = this.#decoder;
    if (last !== undefined && last.generation === generation && last.bytes.equals(block)) return last.read;
    const decoded = this.#decoder.decode(block);
    if (!decoded.ok) return { kind: "failed", why: decoded.why };
    const head = readHead(decoded.fields);
    if (head === undefined) return { kind: "malformed" };
    const read: ReadBlock = { kind: "head", head };
    // A block that has changed the table means something else the next time.
    if (generation === this.#decoder.generation && block.length <= maxRememberedBytes) {
      this.#last = { bytes: Buffer.from(block), read, generation };
    }
    return read;
  }

  /** Fields behind a body; they are read even when nobody wants them, because the table must follow. */
  trailers(block: Buffer): ReadBlock {
    const decoded = this.#decoder.decode(block);
    return decoded.ok ? { kind: "fields", fields: decoded.fields } : { kind: "failed", why: decoded.why };
  }
}
