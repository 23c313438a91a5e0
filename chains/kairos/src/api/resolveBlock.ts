import { type Digest, height } from "@polis/codec";
import type { ApiBlock, KairosBackend } from "./backend.ts";
import type { BlockRef } from "./paramSpec.ts";

/**
 * The block that a caller means (kairos 16.1): `latest`, `safe` and `finalized` are the last finalized one, `pending` the
 * executed speculative tip, a number a finalized height, a hash any executed block.
 * @returns undefined for a block that this node does not have
 */
export function resolveBlock(backend: KairosBackend, ref: BlockRef | undefined): ApiBlock | undefined {
  if (ref === undefined) return backend.blockByHeight(backend.finalizedHeight());
  if (ref.kind === "hash") return backend.blockByDigest(ref.hash as Digest);
  if (ref.kind === "number") return backend.blockByHeight(height(ref.height));
  if (ref.tag === "pending") return backend.pendingBlock();
  return backend.blockByHeight(ref.tag === "earliest" ? backend.earliestHeight() : backend.finalizedHeight());
}
