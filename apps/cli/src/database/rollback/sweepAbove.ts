import { readU64Number } from "@polis/codec";
import type { Header } from "@polis/kairos";
import { metaKeys, readU64Value, u64Key } from "@polis/minimmit";
import type { Row, Store } from "@polis/ports";

/** Rows deleted at once. */
const page = 10_000;

/**
 * Removes the places of accounts and the labels of views that a rollback leaves above its tip. A store that never was rolled
 * back has none. Bits of the log index stay: they say that a block may hold a log, and blocks are looked at.
 */
export async function sweepAbove(store: Store, { number, extra }: Header): Promise<void> {
  await removeAll(store, "view_index", u64Key(extra.view + 1), () => true);
  await removeAll(store, "address_index", undefined, (key) => readU64Number(key, 20)! > number);
}

/** Removes votes and certificates of views above a tip that was set back. */
export async function dropProofsAbove(store: Store, { extra }: Header): Promise<void> {
  for (const table of ["votes", "notarizations", "nullifications"]) {
    await removeAll(store, table, u64Key(extra.view + 1), () => true);
  }
  const pruned = readU64Value(store.get("meta", metaKeys.pruned));
  if (pruned !== undefined && pruned > extra.view) {
    await store.commit([{ table: "meta", key: metaKeys.pruned, value: u64Key(extra.view) }]);
  }
}

async function removeAll(
  store: Store,
  table: string,
  start: Uint8Array | undefined,
  wanted: (key: Uint8Array) => boolean,
): Promise<void> {
  let from = start;
  for (;;) {
    const rows: Row[] = [];
    let read = 0;
    for (const [key] of store.range(table, { ...(from && { from }), limit: page })) {
      read++;
      if (wanted(key)) rows.push({ table, key, value: undefined });
      // The smallest key behind this one.
      from = Uint8Array.of(...key, 0);
    }
    if (rows.length > 0) await store.commit(rows);
    if (read < page) return;
  }
}
