import { type Digest, digestToBytes, type Epoch, readU64Number, type View } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { journalFrom, metaKeys, readJournalRow, readU64Value, u64Key } from "./keys.ts";

/** Rows of one kind that one finalization deletes at most; the rest waits for the next one. */
const maxDeletes = 512;

/**
 * R24, R25: what a finalization lets go: journal records of lower views and the bodies that they voted for unless these
 * are final, and notarizations and nullifications of lower views. Finalizations stay as long as their blocks.
 * @param kept digests that this very finalization makes final
 */
export function pruneRows(below: View, epoch: Epoch, kept: ReadonlySet<Digest>, store: Store): Row[] {
  const rows: Row[] = [];
  for (const [key, value] of store.range("journal", {
    from: journalFrom(epoch, 0),
    to: journalFrom(epoch, below),
    limit: maxDeletes,
  })) {
    rows.push({ table: "journal", key, value: undefined });
    const record = readJournalRow(key, value);
    if (record?.digest === undefined || kept.has(record.digest) || isFinal(store, record.view, record.digest)) continue;
    rows.push({ table: "blocks", key: digestToBytes(record.digest), value: undefined });
  }
  const from = readU64Value(store.get("meta", metaKeys.pruned)) ?? 0;
  let reached: number = below;
  for (const table of ["notarizations", "nullifications"] as const) {
    let count = 0;
    for (const [key] of store.range(table, { from: u64Key(from), to: u64Key(below), limit: maxDeletes })) {
      count++;
      if (count === maxDeletes) reached = Math.min(reached, readU64Number(key, 0) ?? below);
      if (table === "notarizations" && key[40] === 3) continue;
      rows.push({ table, key, value: undefined });
    }
  }
  // A page full of rows of one view could not move the cursor, so it always moves.
  rows.push({ table: "meta", key: metaKeys.pruned, value: u64Key(Math.max(reached, Math.min(from + 1, below))) });
  return rows;
}

/** Whether `view_index` says that this block is final. */
function isFinal(store: Store, view: View, digest: Digest): boolean {
  const row = store.get("view_index", u64Key(view));
  return row !== undefined && row[0]! <= 2 && row.subarray(1, 33).toHex() === digest;
}
