import { readU32, writeU32 } from "@polis/codec";

/**
 * Envelopes side by side in one buffer, so that a batch crosses to a worker thread as a single transfer:
 * `count u32 ‖ count × length u32 ‖ bytes`. Only this process writes and reads it.
 */
export function packEnvelopes(envelopes: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const header = 4 + 4 * envelopes.length;
  const packed = new Uint8Array(envelopes.reduce((size, { length }) => size + length, header));
  writeU32(packed, 0, envelopes.length);
  let at = header;
  envelopes.forEach((envelope, i) => {
    writeU32(packed, 4 + 4 * i, envelope.length);
    packed.set(envelope, at);
    at += envelope.length;
  });
  return packed;
}

/** The envelopes of a packed buffer, as views into it. */
export function unpackEnvelopes(packed: Uint8Array): readonly Uint8Array[] {
  const count = readU32(packed, 0);
  const envelopes: Uint8Array[] = [];
  let at = 4 + 4 * count;
  for (let i = 0; i < count; i++) {
    const length = readU32(packed, 4 + 4 * i);
    envelopes.push(packed.subarray(at, at + length));
    at += length;
  }
  return envelopes;
}

/** One byte that says whether the signatures hold, and the 20-byte sender that they prove. */
export const VERDICT_BYTES = 21;
