import { digestToBytes, equalBytes } from "@polis/codec";
import { metaKeys, readJournalRow } from "@polis/minimmit";
import type { Row, Store } from "@polis/ports";
import type { Snapshot } from "@polis/storage";

/** Rows deleted at once. */
const page = 10_000;

/**
 * Whether a row belongs to the journal (R25): a record of a vote, whose journal it is, or the body of a block that was voted
 * for and is not final. Without the journal nobody would ever remove such a body.
 */
export function isJournalRow(snapshot: Snapshot, table: string, key: Uint8Array): boolean {
  if (table === "journal") return true;
  if (table === "meta") return equalBytes(key, metaKeys.journal) || equalBytes(key, metaKeys.safeView);
  return table === "blocks" && snapshot.get("height_by_hash", key) === undefined;
}

/**
 * Marks the journal of a store as lost, durably: a validator that starts on it votes again only as R27 allows. Bodies of
 * blocks that were voted for and are not final go with it.
 * @param store open for writing
 */
export async function loseJournal(store: Store): Promise<void> {
  // First the owner's name: without it the journal is lost, however much of it is left.
  await store.commit([
    { table: "meta", key: metaKeys.journal, value: undefined },
    { table: "meta", key: metaKeys.safeView, value: undefined },
  ]);
  for (;;) {
    const rows: Row[] = [];
    for (const [key, value] of store.range("journal", { limit: page })) {
      rows.push({ table: "journal", key, value: undefined });
      const digest = readJournalRow(key, value)?.digest;
      const body = digest === undefined ? undefined : digestToBytes(digest);
      if (body !== undefined && store.get("height_by_hash", body) === undefined) {
        rows.push({ table: "blocks", key: body, value: undefined });
      }
    }
    if (rows.length === 0) return;
    await store.commit(rows);
  }
}
