import { frameHeadBytes, maxFrameBytes, preface } from "./frames.ts";

/** What to do with a frame; false stops the reading until `resume`. */
export type OnFrame = (type: number, flagBits: number, id: number, body: Buffer) => boolean;

/** Why bytes are no HTTP/2: they do not begin as it does, or a frame is too long. */
export type ReadProblem = "preface" | "size" | undefined;

const empty = Buffer.alloc(0);

/** Cuts the bytes of a connection into frames (RFC 9113 3.4, 4.1); holds what one read brought and no more. */
export class FrameReader {
  readonly #onFrame: OnFrame;
  #input: Buffer = empty;
  #isPrefaced = false;
  /** Whether the last reading was stopped with frames left. */
  isStopped = false;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  /** Whether a frame or the preface has begun and is not complete. */
  get isWaiting(): boolean {
    return !this.#isPrefaced || (this.#input.length > 0 && !this.isStopped);
  }

  read(chunk: Buffer): ReadProblem {
    this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
    return this.resume();
  }

  /** Goes on with what is left. */
  resume(): ReadProblem {
    let at = 0;
    const input = this.#input;
    if (!this.#isPrefaced) {
      const length = Math.min(input.length, preface.length);
      if (preface.compare(input, 0, length, 0, length) !== 0) return "preface";
      if (length < preface.length) return undefined;
      this.#isPrefaced = true;
      at = preface.length;
    }
    this.isStopped = false;
    while (!this.isStopped && input.length - at >= frameHeadBytes) {
      const length = (input[at]! << 16) | (input[at + 1]! << 8) | input[at + 2]!;
      if (length > maxFrameBytes) return "size";
      const end = at + frameHeadBytes + length;
      if (end > input.length) break;
      const id = input.readUInt32BE(at + 5) & 0x7fff_ffff;
      this.isStopped = !this.#onFrame(input[at + 3]!, input[at + 4]!, id, input.subarray(at + frameHeadBytes, end));
      at = end;
    }
    this.#input = at === input.length ? empty : input.subarray(at);
    if (this.#input.length === 0) this.isStopped = false;
    return undefined;
  }
}
