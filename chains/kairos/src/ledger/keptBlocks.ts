import { type Height, height, readU32, readU64Number, writeU32, writeU64 } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { metaKey } from "../tables.ts";

/** How much of a chain's beginning a store has dropped (kairos 6.4). Genesis is never dropped. */
export interface KeptBlocks {
  /** Lowest height, genesis aside, that the node answers for; 0 while nothing has been dropped. */
  readonly lowest: Height;
  /** The rows of heights below this one are deleted; at most `lowest`. */
  readonly cleared: Height;
  /** Transactions of the block at `cleared` whose rows are deleted already. */
  readonly transactions: number;
}

/** What a store keeps: a row of `meta`, so that it changes in one commit with what is deleted (S4). */
export function readKeptBlocks(store: Store): KeptBlocks {
  const row = store.get("meta", metaKey.pruned);
  if (row === undefined) return { lowest: height(0), cleared: height(0), transactions: 0 };
  if (row.length !== 20) throw new Error("the row of the lowest kept height is damaged");
  const lowest = height(readU64Number(row, 0)!);
  return { lowest, cleared: height(readU64Number(row, 8)!), transactions: readU32(row, 16) };
}

/** The row for `readKeptBlocks`. */
export function keptBlocksRow({ lowest, cleared, transactions }: KeptBlocks): Row {
  const value = new Uint8Array(20);
  writeU64(value, 0, lowest);
  writeU64(value, 8, cleared);
  writeU32(value, 16, transactions);
  return { table: "meta", key: metaKey.pruned, value };
}
