/** Bytes of a ping or pong: the RLP list of one u64 whose top bit is set, so that its length never changes. */
const PING_BYTES = 10;

/** Measures the round trip of one connection (kairos N5, types 0x41 and 0x42). */
export class PingMeter {
  #count = 0;
  #sentAt: number | undefined;
  #rttMs: number | undefined;

  /** The last round trip in milliseconds. */
  get rttMs(): number | undefined {
    return this.#rttMs;
  }

  /** @returns the body of the next ping. */
  ping(nowMs: number): Buffer {
    this.#count = (this.#count + 1) >>> 0;
    this.#sentAt = nowMs;
    return pingBody(this.#count);
  }

  /** @returns false when the body is no pong at all; a pong for an older ping is only ignored. */
  pong(body: Uint8Array, nowMs: number): boolean {
    if (body.length !== PING_BYTES || body[0] !== 0xc9 || body[1] !== 0x88) return false;
    if (this.#sentAt !== undefined && pingBody(this.#count).equals(body)) {
      this.#rttMs = nowMs - this.#sentAt;
      this.#sentAt = undefined;
    }
    return true;
  }
}

function pingBody(count: number): Buffer {
  const body = Buffer.from("c9888000000000000000", "hex");
  body.writeUInt32BE(count, 6);
  return body;
}
