import type { Row } from "@polis/ports";

/** Tables whose rows one block after the other writes again (kairos 6.2); rows of the others have keys of their own. */
const rewritten: ReadonlySet<string> = new Set(["accounts", "storage", "trie", "log_index", "meta"]);

/**
 * Leaves out of a batch every row that a later one of the same table and key replaces. Blocks that become final together
 * write the upper nodes of the state's trie again and again; only the last of these ever counts, because the batch is
 * applied as a whole (kairos S4).
 * @returns the rows that are left, in their order
 */
export function newestRows(rows: readonly Row[]): readonly Row[] {
  const seen = new Map<string, Set<string>>();
  const left: Row[] = [];
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i]!;
    if (!rewritten.has(row.table) || isNew(seen, row)) left.push(row);
  }
  return left.reverse();
}

function isNew(seen: Map<string, Set<string>>, { table, key }: Row): boolean {
  let keys = seen.get(table);
  if (keys === undefined) {
    keys = new Set();
    seen.set(table, keys);
  }
  const before = keys.size;
  return keys.add(Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1")).size > before;
}
