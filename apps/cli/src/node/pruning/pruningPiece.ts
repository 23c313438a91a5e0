import { type Height, height } from "@polis/codec";
import { type KairosLedger, readKeptBlocks } from "@polis/kairos";
import type { Row, Store } from "@polis/ports";
import { clearBlocks } from "./clearBlocks.ts";
import { clearViews } from "./clearViews.ts";
import { sweepIndexes } from "./sweepIndexes.ts";

/** What a node that prunes knows of its chain. */
export interface PruningContext {
  readonly store: Store;
  readonly ledger: Pick<KairosLedger, "params" | "lastFinalized" | "headerByHeight">;
  /** Blocks that stay, the last final one among them (kairos 18.2 `storage.keep_blocks`); at least 1. */
  readonly keepBlocks: number;
}

/** Rows that one part of a piece deletes: half a millisecond of the thread, and little for the disk. */
export const pieceRows = 256;

/**
 * The next piece of what `storage.history = pruned` drops (kairos 6.4), for one atomic commit: bodies, receipts, finality,
 * certificates and indexes of blocks older than the newest `keepBlocks`. Where it goes on stands in the same commit, so a
 * crash costs nothing. The state, its history (which has limits of its own), genesis and 256 headers below the lowest kept
 * block, which contracts may ask the hashes of (E2), stay.
 * @param maxRows rows that each of its parts deletes at most
 * @returns no rows when nothing is left to do
 */
export function pruningPiece(context: PruningContext, maxRows: number = pieceRows): readonly Row[] {
  const { store, ledger, keepBlocks } = context;
  const kept = readKeptBlocks(store);
  const lowest = lowestWanted(ledger.lastFinalized.height, keepBlocks, kept.lowest);
  if (lowest === undefined) return [];
  const rows = clearBlocks(context, kept, lowest, maxRows);
  clearViews(context, lowest, maxRows, rows);
  return rows.length > 0 ? rows : sweepIndexes(store, lowest, keepBlocks, maxRows);
}

/** It never goes down: what has been dropped does not come back with a higher `keep_blocks`. */
function lowestWanted(tip: Height, keepBlocks: number, reached: Height): Height | undefined {
  const lowest = Math.max(reached, tip - keepBlocks + 1);
  return lowest <= 1 ? undefined : height(lowest);
}
