import { digestOf, type Height } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { decodeBlock, digestKey, heightKey, type KairosParams } from "@polis/kairos";
import { u64Key } from "@polis/minimmit";
import type { Row, Store } from "@polis/ports";

/** Deletes what is found by the height of a finalized block, by its hash, its view and its transactions (kairos 6.2). */
export function rowsOfHeight(store: Store, params: KairosParams, at: Height): readonly Row[] {
  const key = heightKey(at);
  const remove = (table: string, of: Uint8Array): Row => ({ table, key: of, value: undefined });
  const rows = ["headers", "receipts", "finality", "history"].map((table) => remove(table, key));
  const header = store.get("headers", key);
  if (header === undefined) return rows;
  const hash = digestKey(digestOf(header.subarray(0, 32)));
  rows.push(remove("height_by_hash", hash), remove("blocks", hash));
  const body = store.get("blocks", hash);
  const block = body && decodeBlock(body, params);
  if (!block?.ok) return rows;
  for (const envelope of block.value.transactions) rows.push(remove("tx_index", keccak256(envelope)));
  rows.push(remove("view_index", u64Key(block.value.header.extra.view)));
  return rows;
}
