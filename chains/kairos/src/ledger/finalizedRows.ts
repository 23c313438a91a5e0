import { concatBytes, encodeRlp, writeU256 } from "@polis/codec";
import type { Row } from "@polis/ports";
import { addressIndexKey, addressRole, digestKey, heightKey, metaKey, transactionPlace } from "../tables.ts";
import type { Supply } from "../usdc/money.ts";
import type { ExecutedBlock } from "./executedBlock.ts";
import { eachParticipant } from "./participants.ts";

/**
 * The rows of a finalized block beside its state (kairos 6.2, S4): blocks, headers, height_by_hash, receipts, tx_index,
 * address_index and the ledger's own rows of meta.
 * @param hasBody true when the table `blocks` holds the body already
 */
export function finalizedRows(executed: ExecutedBlock, hasBody: boolean): Row[] {
  const { info, headerBytes, block, transactions, receipts, supply, trail } = executed;
  const { height } = info;
  const key = heightKey(height);
  const hash = digestKey(info.digest);
  const rows: Row[] = [
    { table: "headers", key, value: concatBytes(hash, headerBytes) },
    { table: "height_by_hash", key: hash, value: key },
    { table: "receipts", key, value: encodeRlp(receipts) },
    { table: "meta", key: metaKey.tip, value: concatBytes(key, hash) },
    { table: "meta", key: metaKey.supply, value: supplyValue(supply) },
  ];
  if (!hasBody) rows.push({ table: "blocks", key: hash, value: block });
  const none = new Uint8Array(0);
  for (let i = 0; i < transactions.length; i++) {
    const verified = transactions[i]!;
    rows.push({ table: "tx_index", key: digestKey(verified.transaction.hash), value: transactionPlace(height, i) });
    eachParticipant(verified, (account, role) =>
      rows.push({ table: "address_index", key: addressIndexKey(account, height, i, role), value: none }),
    );
  }
  for (const [i, account] of trail.indirect) {
    rows.push({ table: "address_index", key: addressIndexKey(account, height, i, addressRole.logOnly), value: none });
  }
  return rows;
}

/** minted 32, burned 32 (10^-6 USDC). */
export function supplyValue(supply: Supply): Uint8Array {
  const value = new Uint8Array(64);
  writeU256(value, 0, supply.minted);
  writeU256(value, 32, supply.burned);
  return value;
}
