import { fault, ok, type Result } from "@polis/codec";
import type { NetFault } from "./errors.ts";
import { FRAME_FIXED_BYTES, FRAME_HEADER_BYTES, FRAME_VERSION, type Frame, readU64 } from "./frame.ts";
import { type Channel, type FrameRule, TYPE_BUSY, TYPE_HELLO } from "./frameTypes.ts";

/** Below this size a body is copied out of the socket's buffer, so that a kept vote does not keep 64 KiB alive. */
const COPY_BELOW_BYTES = 4_096;

const MERGE_EVERY = 512;

/**
 * Cuts a byte stream into frames (kairos N5). It judges length, version and type from the first six bytes, before it
 * keeps anything of the body; and it keeps only bytes that have arrived, so a length costs the peer what it claims.
 */
export class FrameReader {
  readonly #rules: ReadonlyMap<number, FrameRule>;
  readonly #channel: Channel;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #pushes = 0;

  constructor(rules: ReadonlyMap<number, FrameRule>, channel: Channel) {
    this.#rules = rules;
    this.#channel = channel;
  }

  /** Bytes that arrived and are not yet part of a returned frame. */
  get buffered(): number {
    return this.#bytes;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    // One byte per packet would otherwise cost a hundred bytes of bookkeeping each.
    if (++this.#pushes % MERGE_EVERY === 0 && this.#chunks.length > MERGE_EVERY) {
      this.#chunks.push(Buffer.concat(this.#chunks.splice(-MERGE_EVERY)));
    }
  }

  /**
   * @param greeted false until the peer's Hello has come: nothing but a Hello or a refusal is received before.
   * @returns the next frame, a fault (the stream must be closed), or undefined when more bytes are needed.
   */
  next(greeted: boolean): Result<Frame, NetFault> | undefined {
    if (this.#bytes < 6) return undefined;
    const head = this.#front(6);
    const length = head.readUInt32BE(0);
    const type = head[5] as number;
    const verdict = this.#judge(length, head[4] as number, type);
    if (verdict === undefined && !greeted && type !== TYPE_HELLO && type !== TYPE_BUSY) return fault("HELLO_EXPECTED");
    if (verdict !== undefined) return verdict;
    const total = 4 + length;
    if (this.#bytes < total) return undefined;
    const whole = this.#take(total);
    const view = whole.subarray(FRAME_HEADER_BYTES);
    return ok({
      type,
      seq: readU64(whole, 6),
      sentAtMs: readU64(whole, 14),
      body: view.length < COPY_BELOW_BYTES ? Buffer.from(view) : view,
    });
  }

  #judge(length: number, version: number, type: number): Result<Frame, NetFault> | undefined {
    if (length < FRAME_FIXED_BYTES) return fault("FRAME_TOO_SHORT");
    if (version !== FRAME_VERSION) return fault("FRAME_VERSION");
    const rule = this.#rules.get(type);
    if (rule === undefined || !rule.channels.includes(this.#channel)) return fault("FRAME_TYPE");
    return length - FRAME_FIXED_BYTES > rule.maxBodyBytes ? fault("FRAME_TOO_LONG") : undefined;
  }

  /** The first chunk, joined with its successors only when it is shorter than `bytes`. */
  #front(bytes: number): Buffer {
    while ((this.#chunks[0] as Buffer).length < bytes) {
      const [first, second] = this.#chunks.splice(0, 2) as [Buffer, Buffer];
      this.#chunks.unshift(Buffer.concat([first, second]));
    }
    return this.#chunks[0] as Buffer;
  }

  #take(bytes: number): Buffer {
    this.#bytes -= bytes;
    const first = this.#chunks[0] as Buffer;
    if (first.length > bytes) {
      this.#chunks[0] = first.subarray(bytes);
      return first.subarray(0, bytes);
    }
    if (first.length === bytes) return this.#chunks.shift() as Buffer;
    let count = 0;
    for (let have = 0; have < bytes; count++) have += (this.#chunks[count] as Buffer).length;
    const joined = Buffer.concat(this.#chunks.splice(0, count));
    if (joined.length > bytes) this.#chunks.unshift(joined.subarray(bytes));
    return joined.subarray(0, bytes);
  }
}
