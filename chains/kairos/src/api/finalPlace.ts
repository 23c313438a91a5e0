import type { Digest } from "@polis/codec";
import type { ApiBlock, KairosBackend } from "./backend.ts";

/** A transaction of a block at its position. */
export interface FinalPlace {
  readonly block: ApiBlock;
  readonly index: number;
}

/** Where a finalized transaction is; undefined for any other. */
export function finalPlace(node: KairosBackend, hash: Digest): FinalPlace | undefined {
  const location = node.location(hash);
  if (location === undefined) return undefined;
  const found = node.blockByHeight(location.height);
  return found === undefined ? undefined : { block: found, index: location.index };
}
