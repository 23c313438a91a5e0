import type { Row } from "@polis/ports";

/**
 * Leaves out of a batch every row that a later one of the same table and key replaces. Blocks that become final together
 * write the upper nodes of the state's trie again and again; only the last of these ever counts, because the batch is
 * applied as a whole (kairos S4).
 * @returns the rows that are left, each key once, in the order of their first appearance
 */
export function newestRows(rows: readonly Row[]): readonly Row[] {
  const tables = new Map<string, Map<string, Row>>();
  for (const row of rows) {
    let table = tables.get(row.table);
    if (table === undefined) {
      table = new Map();
      tables.set(row.table, table);
    }
    const { buffer, byteOffset, length } = row.key;
    table.set(Buffer.from(buffer, byteOffset, length).toString("latin1"), row);
  }
  return [...tables.values()].flatMap((table) => [...table.values()]);
}
