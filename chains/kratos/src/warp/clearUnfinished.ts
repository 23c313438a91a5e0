import type { Row, Store } from "@polis/ports";
import { chainTableNames, chainTables } from "../chain/tables.ts";

/** Stands in the store while a snapshot is not complete. */
export const UNFINISHED_KEY: Uint8Array = new TextEncoder().encode("warping");

const PAGE = 10_000;

/** Discards what an interrupted warp left (kratos-core 12.12 (5)). To be called before a chain is opened. True when it did. */
export async function clearUnfinished(store: Store): Promise<boolean> {
  if (store.get(chainTables.chain, UNFINISHED_KEY) === undefined) return false;
  for (const table of chainTableNames) {
    if (table === chainTables.chain) continue;
    for (;;) {
      const page = [...store.range(table, { limit: PAGE })];
      if (page.length === 0) break;
      await store.commit(page.map(([key]): Row => ({ table, key, value: undefined })));
    }
  }
  // The mark goes last: a crash in between is cleared again.
  await store.commit([{ table: chainTables.chain, key: UNFINISHED_KEY, value: undefined }]);
  return true;
}
