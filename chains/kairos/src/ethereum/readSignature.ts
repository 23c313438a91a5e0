import type { RlpItem } from "@polis/codec";

/**
 * r and s of a signature as 64 bytes. Both are integers in RLP: minimal and of at most 32 bytes; undefined otherwise.
 * Whether they are a signature at all is decided by recovery.
 */
export function readSignature(r: RlpItem, s: RlpItem): Uint8Array | undefined {
  if (!isWord(r) || !isWord(s)) return undefined;
  const signature = new Uint8Array(64);
  signature.set(r, 32 - r.length);
  signature.set(s, 64 - s.length);
  return signature;
}

function isWord(item: RlpItem): item is Uint8Array {
  return item instanceof Uint8Array && item.length <= 32 && item[0] !== 0;
}
