import { height } from "@polis/codec";
import type { KeptBlocks } from "@polis/kairos";
import { headersBelow } from "../../node/pruning/clearBlocks.ts";
import { checkBlock, checkHeader } from "./checkBlock.ts";
import type { VerifyContext } from "./types.ts";

/**
 * What a pruned store has below its lowest kept block (kairos 6.4): genesis, and the headers that BLOCKHASH reaches (E2),
 * each the parent of the next.
 * @returns the hash of the block below the lowest kept one; undefined where nothing has been dropped
 */
export function checkBelow(context: VerifyContext, kept: KeptBlocks): string | undefined {
  const { ledger, found } = context;
  if (kept.lowest === 0) return undefined;
  checkBlock(context, height(0), undefined);
  let parent: string | undefined;
  for (let at = lowestHeader(kept); at < kept.lowest; at++) {
    const stored = checkHeader(context, height(at));
    const named = stored === undefined ? undefined : ledger.headerByHeight(height(at))?.header.parentHash;
    if (parent !== undefined && named !== parent) found(`height ${at}: it does not follow the header before it`);
    parent = stored?.digest;
  }
  return parent;
}

/** How many headers there are when the rows of all dropped blocks are deleted. */
export function headersKept(kept: KeptBlocks, tip: number): number {
  return kept.lowest === 0 ? tip + 1 : 1 + tip - lowestHeader(kept) + 1;
}

function lowestHeader({ lowest }: KeptBlocks): number {
  return Math.max(1, lowest - headersBelow);
}
