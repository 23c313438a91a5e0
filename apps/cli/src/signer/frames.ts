import { concatBytes } from "@polis/codec";
import { MAX_BODY_BYTES } from "./wire.ts";

const HEAD_BYTES = 4;

/** A body with its length in front, as it goes over a stream. */
export function frame(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length);
  bytes.set(body, HEAD_BYTES);
  return bytes;
}

/**
 * Cuts a stream into the bodies of its frames. Holds one unfinished frame at the most.
 * @example const cutter = new FrameCutter(); cutter.push(chunk)?.forEach(handle);
 */
export class FrameCutter {
  #held: Uint8Array = new Uint8Array(0);

  /** @returns the bodies that are complete now, or undefined when a frame is longer than any may be: close the stream. */
  push(chunk: Uint8Array): readonly Uint8Array[] | undefined {
    const all = this.#held.length === 0 ? chunk : concatBytes(this.#held, chunk);
    const bodies: Uint8Array[] = [];
    let at = 0;
    while (all.length - at >= HEAD_BYTES) {
      const length = new DataView(all.buffer, all.byteOffset + at).getUint32(0);
      if (length > MAX_BODY_BYTES) return undefined;
      if (all.length - at < HEAD_BYTES + length) break;
      bodies.push(all.slice(at + HEAD_BYTES, at + HEAD_BYTES + length));
      at += HEAD_BYTES + length;
    }
    this.#held = all.slice(at);
    return bodies;
  }
}
