import { setImmediate } from "node:timers/promises";
import type { Stream } from "@libp2p/interface";

const HEADER_BYTES = 4;
const CHUNK_BYTES = 65_536;
/** After so many chunks the event loop gets a turn, because a fast reader could hold it otherwise. */
const CHUNKS_PER_TURN = 16;

/** Why no frame came: too long, ended before its first byte, broken off, out of time, more than one. */
export type FrameFailure = "tooLarge" | "none" | "cut" | "timeout" | "malformed";

/**
 * Reads the one frame that a side of a request stream holds: its length as four bytes, most significant first, then its
 * bytes. What has arrived is buffered, at most `maxBytes`.
 * @param signal ends the waiting
 */
export function readFrame(stream: Stream, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | FrameFailure> {
  return new Promise((resolve) => {
    const reader = new FrameReader(maxBytes);
    const settle = (result: Uint8Array | FrameFailure): void => {
      stream.removeEventListener("message", onMessage);
      stream.removeEventListener("remoteCloseWrite", onEnd);
      stream.removeEventListener("close", onClose);
      signal.removeEventListener("abort", onAbort);
      resolve(result);
    };
    const onMessage = ({ data }: { data: Uint8Array | { subarray(): Uint8Array } }): void => {
      const result = reader.push(data instanceof Uint8Array ? data : data.subarray());
      if (result !== undefined) settle(result);
    };
    const ended = (): FrameFailure => (reader.isEmpty ? "none" : "cut");
    // A muxer may say that the other side has closed before it hands over the bytes of the same packet.
    const onEnd = (): void => void setImmediate().then(() => settle(ended()));
    const onClose = ({ error }: { error?: Error | undefined }): void => settle(error === undefined ? ended() : "cut");
    const onAbort = (): void => settle("timeout");
    if (signal.aborted) return resolve("timeout");
    if (stream.status !== "open" && stream.status !== "closing" && stream.readBufferLength === 0) return resolve("cut");
    signal.addEventListener("abort", onAbort, { once: true });
    stream.addEventListener("close", onClose);
    stream.addEventListener("message", onMessage);
    stream.addEventListener("remoteCloseWrite", onEnd);
    if (stream.remoteWriteStatus === "closed") onEnd();
  });
}

/** Puts a frame together. The announced length reserves nothing. */
class FrameReader {
  readonly #maxBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #held = 0;
  #length: number | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isEmpty(): boolean {
    return this.#held === 0;
  }

  push(bytes: Uint8Array): Uint8Array | FrameFailure | undefined {
    this.#chunks.push(bytes);
    this.#held += bytes.length;
    if (this.#length === undefined) {
      if (this.#held < HEADER_BYTES) return undefined;
      const all = Buffer.concat(this.#chunks);
      this.#chunks.splice(0, this.#chunks.length, all.subarray(HEADER_BYTES));
      this.#length = all.readUInt32BE(0);
    }
    if (this.#length > this.#maxBytes) return "tooLarge";
    const missing = this.#length + HEADER_BYTES - this.#held;
    if (missing > 0) return undefined;
    return missing < 0 ? "malformed" : new Uint8Array(Buffer.concat(this.#chunks));
  }
}

/**
 * Writes one frame, chunk by chunk, no faster than the other side reads.
 * @returns whether the stream took it all
 */
export async function writeFrame(stream: Stream, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(bytes.length);
  try {
    stream.send(bytes.length <= CHUNK_BYTES ? Buffer.concat([header, bytes]) : header);
    for (let at = 0, chunks = 1; bytes.length > CHUNK_BYTES && at < bytes.length; at += CHUNK_BYTES, chunks++) {
      while (stream.writableNeedsDrain) if (!(await drained(stream, signal))) return false;
      if (chunks % CHUNKS_PER_TURN === 0) await setImmediate();
      stream.send(bytes.subarray(at, at + CHUNK_BYTES));
    }
    return true;
  } catch {
    // The stream closed in between.
    return false;
  }
}

function drained(stream: Stream, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (ready: boolean): void => {
      stream.removeEventListener("drain", onDrain);
      stream.removeEventListener("close", onStop);
      signal.removeEventListener("abort", onStop);
      resolve(ready);
    };
    const onDrain = (): void => settle(true);
    const onStop = (): void => settle(false);
    if (signal.aborted || stream.writeStatus !== "writable") return resolve(false);
    stream.addEventListener("drain", onDrain);
    stream.addEventListener("close", onStop);
    signal.addEventListener("abort", onStop);
  });
}
