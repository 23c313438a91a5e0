import type { KeptBlocks } from "@polis/kairos";
import { headersKept } from "./checkBelow.ts";
import type { VerifyContext } from "./types.ts";

/** What the kept blocks together have. */
export interface BlockCounts {
  readonly blocks: number;
  readonly transactions: number;
  /** Rows of the address index. */
  readonly places: number;
}

/**
 * No table has rows that belong to no block. A store whose node was stopped while it dropped blocks has some, which go when
 * it runs again (kairos 6.4); the address index of a pruned store always may.
 */
export function checkCounts({ ledger, snapshot, found }: VerifyContext, kept: KeptBlocks, counts: BlockCounts): void {
  const tip = ledger.lastFinalized.height;
  const { lowest, cleared } = kept;
  const isPruned = lowest > 0;
  const isCleared = cleared === lowest;
  // Genesis has receipts, and nothing proves it final.
  const finalBlocks = counts.blocks - (isPruned ? 0 : 1);
  const expected: readonly (readonly [table: string, rows: number, isExact: boolean])[] = [
    ["headers", headersKept(kept, tip), isCleared],
    ["height_by_hash", headersKept(kept, tip), isCleared],
    ["receipts", finalBlocks + 1, isCleared],
    ["finality", finalBlocks, isCleared],
    ["tx_index", counts.transactions, isCleared],
    ["address_index", counts.places, !isPruned],
  ];
  for (const [table, rows, isExact] of expected) {
    const count = snapshot.count(table);
    if (isExact ? count !== rows : count < rows) {
      found(`the table ${table} has ${count} rows, the blocks have ${rows}`);
    }
  }
}
