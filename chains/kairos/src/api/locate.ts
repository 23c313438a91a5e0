import type { ApiBlock, KairosBackend } from "./backend.ts";
import { type Answer, refusal } from "./method.ts";
import type { BlockRef } from "./paramSpec.ts";
import { resolveBlock } from "./resolveBlock.ts";

type Located = { readonly ok: true; readonly block: ApiBlock } | (Answer & { readonly ok: false });

/** The block that a caller means, or -32001. */
export function locate(node: KairosBackend, ref: BlockRef | undefined): Located {
  const block = resolveBlock(node, ref);
  return block === undefined ? refusal(-32001, "block not found") : { ok: true, block };
}
