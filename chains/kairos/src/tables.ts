import { type Address, type Digest, type Height, hexInto, writeU32, writeU64 } from "@polis/codec";

/** Tables that the ledger writes; the consensus rows of kairos 6.2 are written beside them in the same commit. */
export const KAIROS_TABLES = [
  "blocks",
  "headers",
  "height_by_hash",
  "view_index",
  "votes",
  "nullifications",
  "notarizations",
  "finality",
  "accounts",
  "storage",
  "code",
  "trie",
  "receipts",
  "tx_index",
  "address_index",
  "log_index",
  "journal",
  "evidence",
  "mempool",
  "history",
  "meta",
] as const;

/** Version of the tables' layouts (kairos S7). */
export const schemaVersion = 1;

/** Why an account stands in the address index (kairos 6.2). */
export const addressRole = { sender: 1, recipient: 2, feePayer: 3, logOnly: 4 } as const;

/** Key of `headers`, `receipts` and `finality`: the height as 8 big-endian bytes. */
export function heightKey(height: Height): Uint8Array {
  const key = new Uint8Array(8);
  writeU64(key, 0, height);
  return key;
}

/** Key of `blocks`, `height_by_hash` and `tx_index`: 32 bytes. */
export function digestKey(digest: Digest): Uint8Array {
  const key = new Uint8Array(32);
  hexInto(key, 0, digest);
  return key;
}

/** Key of `address_index`: address 20, height 8, index 4, role 1. */
export function addressIndexKey(account: Address, height: Height, index: number, role: number): Uint8Array {
  const key = new Uint8Array(33);
  hexInto(key, 0, account);
  writeU64(key, 20, height);
  writeU32(key, 28, index);
  key[32] = role;
  return key;
}

/** Value of `tx_index`: height 8, index 4. */
export function transactionPlace(height: Height, index: number): Uint8Array {
  const value = new Uint8Array(12);
  writeU64(value, 0, height);
  writeU32(value, 8, index);
  return value;
}

const encoder = new TextEncoder();

/**
 * Rows of `meta` that the ledger owns. Values: tip = height 8, digest 32; supply = minted 32, burned 32 (6 decimals);
 * pruned as `keptBlocksRow`.
 */
export const metaKey = {
  schema: encoder.encode("ledgerSchema"),
  genesis: encoder.encode("ledgerGenesis"),
  tip: encoder.encode("ledgerTip"),
  supply: encoder.encode("ledgerSupply"),
  pruned: encoder.encode("ledgerPruned"),
} as const;
