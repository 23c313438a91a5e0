import { concatBytes, fault, ok, type Result } from "@polis/codec";
import { MAX_FRAME_BYTES } from "./heartbeat.ts";

/** A body behind its length, u32 big-endian (kratos-core 12.4). Throws a RangeError above 65,536 bytes. */
export function encodeFrame(body: Uint8Array): Uint8Array {
  if (body.length > MAX_FRAME_BYTES) throw new RangeError(`${body.length} bytes, the limit is ${MAX_FRAME_BYTES}`);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, body.length);
  return concatBytes(length, body);
}

/** Puts one frame together from the pieces of a stream. It never keeps more than the frame. */
export class FrameReader {
  #pieces: Uint8Array[] = [];
  #size = 0;

  /**
   * @param piece what came next
   * @returns the body when it is complete, undefined while it is not, a fault when the length is too great or more follows
   */
  push(piece: Uint8Array): Result<Uint8Array | undefined> {
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (this.#size < 4) return ok(undefined);
    const head = this.#pieces[0]!.length >= 4 ? this.#pieces[0]! : this.#join();
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0);
    if (length > MAX_FRAME_BYTES) return fault("MalformedFrame", "punish", `a length of ${length}`);
    if (this.#size < 4 + length) return ok(undefined);
    if (this.#size > 4 + length) return fault("MalformedFrame", "punish", "more than one frame");
    return ok(this.#join().subarray(4));
  }

  #join(): Uint8Array {
    const joined = concatBytes(...this.#pieces);
    this.#pieces = [joined];
    return joined;
  }
}
