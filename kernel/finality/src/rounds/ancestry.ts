import { type Digest, height } from "@polis/codec";
import type { FinalityChain } from "../seam/chain.ts";
import type { BlockRef } from "../seam/types.ts";

/** The parent of a known block; undefined for genesis and for what is not imported. */
export function parentOf(chain: FinalityChain, hash: Digest): BlockRef | undefined {
  const link = chain.block(hash);
  if (link === undefined || link.number === 0) return undefined;
  return { number: height(link.number - 1), hash: link.parentHash };
}

/** The ancestor-or-self of a block at a number; undefined when the way there is not known. */
export function ancestorAt(chain: FinalityChain, block: BlockRef, number: number): BlockRef | undefined {
  if (number < block.number && chain.ancestor !== undefined) return chain.ancestor(block, number);
  let at: BlockRef | undefined = block;
  while (at !== undefined && at.number > number) at = parentOf(chain, at.hash);
  return at?.number === number ? at : undefined;
}

/** True when `block` is `ancestor` or descends from it. */
export function descendsFrom(chain: FinalityChain, block: BlockRef, ancestor: BlockRef): boolean {
  return ancestorAt(chain, block, ancestor.number)?.hash === ancestor.hash;
}

/** The highest block that is ancestor-or-self of both; undefined when none is known. */
export function commonAncestor(chain: FinalityChain, a: BlockRef, b: BlockRef): BlockRef | undefined {
  const number = Math.min(a.number, b.number);
  let left = ancestorAt(chain, a, number);
  let right = ancestorAt(chain, b, number);
  while (left !== undefined && right !== undefined && left.hash !== right.hash) {
    left = parentOf(chain, left.hash);
    right = parentOf(chain, right.hash);
  }
  return right === undefined ? undefined : left;
}
