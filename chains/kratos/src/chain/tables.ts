import { type Digest, type Height, hexInto, writeU32, writeU64 } from "@polis/codec";

/** The tables of a KratOs chain in a store. The first four change only with what is final. */
export const chainTables = {
  /** Entry key to encoded entry: the state after the last final block. */
  entries: "kratosEntries",
  /** Hash to tree node of 65 bytes, of the same state. */
  tree: "kratosTree",
  /** Number to hash, of final blocks. */
  numbers: "kratosNumbers",
  /** Transaction hash to number and index, of final blocks. */
  transactions: "kratosTransactions",
  /** Account, number and index to what the account was there. */
  history: "kratosHistory",
  /** Number to receipts and events, of final blocks. */
  outcomes: "kratosOutcomes",
  /** Number to the justification that made it final. */
  justifications: "kratosJustifications",
  /** Hash to block, final or not. */
  blocks: "kratosBlocks",
  /** Number and hash to what a block that is not final changed. */
  unfinal: "kratosUnfinal",
  /** BLAKE3 of an entry's key to the key: the entries in the order of the tree, for snapshots (12.12). */
  keys: "kratosKeys",
  /** Number of a set's last block to the proof of the set behind it. */
  handoffs: "kratosHandoffs",
  /** `final`: number and hash of the last final block; `genesis`: the record's encoding. */
  chain: "kratosChain",
} as const;

/** Names of all tables, for opening a store. */
export const chainTableNames: readonly string[] = Object.values(chainTables);

/** Eight bytes, so that byte order is the order of numbers. */
export function numberKey(number: Height): Uint8Array {
  const out = new Uint8Array(8);
  writeU64(out, 0, number);
  return out;
}

/** number 8, hash 32. */
export function placeKey(number: Height, hash: Digest): Uint8Array {
  const out = new Uint8Array(40);
  writeU64(out, 0, number);
  hexInto(out, 8, hash);
  return out;
}

/** account 32, number 8, index 4: the history of an account is a range, in the order of the chain. */
export function historyKey(account: Digest, number: Height, index: number): Uint8Array {
  const out = new Uint8Array(44);
  hexInto(out, 0, account);
  writeU64(out, 32, number);
  writeU32(out, 40, index);
  return out;
}
