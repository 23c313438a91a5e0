import type { Height } from "@polis/codec";
import { u64Key } from "@polis/minimmit";
import type { Row } from "@polis/ports";
import type { PruningContext } from "./pruningPiece.ts";

/** Tables whose keys begin with a view. */
const tables = ["view_index", "votes", "notarizations", "nullifications"];

/**
 * Deletes labels, votes and certificates of views below that of the lowest kept block (kairos 6.4): certificates are kept as
 * long as their blocks, and the one that covers a kept block is of its view or a higher one.
 * @param rows takes the deletions, at most `maxRows`
 */
export function clearViews({ store, ledger }: PruningContext, lowest: Height, maxRows: number, rows: Row[]): void {
  const block = ledger.headerByHeight(lowest);
  if (block === undefined) throw new Error(`block ${lowest}, the lowest kept one, has no header`);
  const to = u64Key(block.header.extra.view);
  let left = maxRows;
  for (const table of tables) {
    if (left === 0) return;
    for (const [key] of store.range(table, { to, limit: left })) {
      rows.push({ table, key, value: undefined });
      left--;
    }
  }
}
