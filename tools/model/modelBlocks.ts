import type { Digest, Epoch, Fault, Height, Millis, Result, View } from "../../kernel/codec/src/index.ts";
import type { BlockInfo } from "../../kernel/ports/src/index.ts";
import type { ModelBlock } from "./trace.ts";

/** Bytes of a block: view, salt, parent's view, parent's salt, height. */
const BLOCK_BYTES = 5;

/** A digest that sorts like (view, salt), as the choice of the smallest digest in R6 needs. */
export function digestOfBlock({ view, salt }: ModelBlock): Digest {
  return `${view.toString(16).padStart(62, "0")}0${salt}` as Digest;
}

/** The reverse of `digestOfBlock`. */
export function blockOfDigest(digest: Digest): ModelBlock {
  return { view: Number.parseInt(digest.slice(0, 62), 16), salt: Number(digest.at(-1)) };
}

/** The bytes of a block; `height` is one above its parent's. */
export function encodeBlock(block: ModelBlock, parent: ModelBlock, height: number): Uint8Array {
  return Uint8Array.of(block.view, block.salt, parent.view, parent.salt, height);
}

/** What the replica asks of a block's bytes. */
export function inspectBlock(bytes: Uint8Array): Result<BlockInfo> {
  if (bytes.length !== BLOCK_BYTES) {
    return { ok: false, fault: { code: "MODEL_BLOCK", verdict: "punish" } as Fault };
  }
  const [view, salt, parentView, parentSalt, height] = bytes as unknown as [number, number, number, number, number];
  return {
    ok: true,
    value: {
      digest: digestOfBlock({ view, salt }),
      height: height as Height,
      parentDigest: digestOfBlock({ view: parentView, salt: parentSalt }),
      epoch: 0 as Epoch,
      view: view as View,
      parentView: parentView as View,
      timeMs: height as Millis,
      prevSeed: undefined,
    },
  };
}
