import { type Digest, hexInto } from "@polis/codec";
import type { BytesArgument } from "../abi/calldata.ts";

/** A signature's three parts in the form of the methods with one `bytes` argument: r ‖ s ‖ v, 65 bytes. */
export function packSignature(v: number, r: Digest, s: Digest): BytesArgument {
  const packed = new Uint8Array(65);
  hexInto(packed, 0, r);
  hexInto(packed, 32, s);
  packed[64] = v;
  return { length: packed.length, read: () => packed };
}
