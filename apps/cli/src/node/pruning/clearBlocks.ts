import { type Height, height } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { decodeBlock, heightKey, type KeptBlocks, keptBlocksRow } from "@polis/kairos";
import type { Row } from "@polis/ports";
import type { PruningContext } from "./pruningPiece.ts";

/** Headers kept below the lowest kept block: as far as BLOCKHASH reaches (kairos E2). */
export const headersBelow = 256;

/**
 * Deletes what is found by the height or the hash of blocks below `lowest`, from the oldest on, and says so in the same
 * commit. A full block takes several pieces: the rows of its transactions go first, and the body they are read from last.
 * @param maxRows rows after which the piece ends, with the block that it is at
 */
export function clearBlocks(context: PruningContext, kept: KeptBlocks, lowest: Height, maxRows: number): Row[] {
  const rows: Row[] = [];
  // Genesis stays: it is in every node's file anyway.
  let cleared: number = Math.max(1, kept.cleared);
  let { transactions } = kept;
  while (cleared < lowest && rows.length < maxRows) {
    const envelopes = envelopesAt(context, height(cleared));
    const until = Math.min(envelopes.length, transactions + maxRows - rows.length);
    for (; transactions < until; transactions++) rows.push(remove("tx_index", keccak256(envelopes[transactions]!)));
    if (transactions < envelopes.length) break;
    removeHeight(context, height(cleared), rows);
    cleared++;
    transactions = 0;
  }
  if (rows.length > 0 || lowest > kept.lowest) {
    rows.push(keptBlocksRow({ lowest, cleared: height(cleared), transactions }));
  }
  return rows;
}

function envelopesAt({ store, ledger }: PruningContext, at: Height): readonly Uint8Array[] {
  const header = store.get("headers", heightKey(at));
  const body = header && store.get("blocks", header.subarray(0, 32));
  const block = body && decodeBlock(body, ledger.params);
  return block?.ok ? block.value.transactions : [];
}

function removeHeight({ store }: PruningContext, at: Height, rows: Row[]): void {
  const key = heightKey(at);
  const header = store.get("headers", key);
  if (header !== undefined) rows.push(remove("blocks", header.slice(0, 32)));
  rows.push(remove("receipts", key), remove("finality", key));
  if (at <= headersBelow) return;
  const oldKey = heightKey(height(at - headersBelow));
  const old = store.get("headers", oldKey);
  if (old !== undefined) rows.push(remove("height_by_hash", old.slice(0, 32)), remove("headers", oldKey));
}

function remove(table: string, key: Uint8Array): Row {
  return { table, key, value: undefined };
}
