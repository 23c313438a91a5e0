import type { Row, Store } from "@polis/ports";
import { chainTableNames, chainTables } from "../chain/tables.ts";

/** Stands in the store while a snapshot is not complete. */
export const UNFINISHED_KEY: Uint8Array = new TextEncoder().encode("warping");

/**
 * The next rows to delete of what an interrupted warp left (kratos-core 12.12 (5)); none when there is nothing, or no more. To
 * be committed and asked for again before a chain is opened. The mark goes last, so that a crash in between is cleared again.
 * @param limit rows at a time
 * @example for (let rows = unfinishedRows(store); rows.length > 0; rows = unfinishedRows(store)) await store.commit(rows);
 */
export function unfinishedRows(store: Pick<Store, "get" | "range">, limit = 10_000): readonly Row[] {
  if (store.get(chainTables.chain, UNFINISHED_KEY) === undefined) return [];
  for (const table of chainTableNames) {
    if (table === chainTables.chain) continue;
    const page = [...store.range(table, { limit })];
    if (page.length > 0) return page.map(([key]) => ({ table, key, value: undefined }));
  }
  return [{ table: chainTables.chain, key: UNFINISHED_KEY, value: undefined }];
}
