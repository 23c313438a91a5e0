import { type ApiBlock, type KairosBackend, PrunedHistoryError } from "@polis/kairos";
import { notKept } from "./callError.ts";
import type { GrpcNode } from "./grpcNode.ts";

/** The node for the services: a look for a block that has been dropped ends with FAILED_PRECONDITION and the reason (G7). */
export function refusePruned(node: GrpcNode): GrpcNode {
  const { backend } = node;
  const byHeight: KairosBackend["blockByHeight"] = (at) => keptBlock(() => backend.blockByHeight(at));
  const byDigest: KairosBackend["blockByDigest"] = (digest) => keptBlock(() => backend.blockByDigest(digest));
  const guarded = Object.create(backend, { blockByHeight: { value: byHeight }, blockByDigest: { value: byDigest } });
  return Object.create(node, { backend: { value: guarded } }) as GrpcNode;
}

function keptBlock(read: () => ApiBlock | undefined): ApiBlock | undefined {
  try {
    return read();
  } catch (error) {
    throw error instanceof PrunedHistoryError ? notKept(`${error.message}; ${error.hint}`) : error;
  }
}
