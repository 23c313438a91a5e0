import { type Digest, encodeKce } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { type Justification, kceJustification } from "@polis/finality";
import type { Row } from "@polis/ports";
import type { LoadSparse, SparseNode } from "@polis/state";
import type { ChainNode } from "./chainNode.ts";
import type { HeldChange } from "./layer.ts";
import { kceOutcome, kcePlace, kceRef } from "./records.ts";
import { chainTables, historyKey, numberKey, placeKey } from "./tables.ts";
import { treeRows } from "./treeRows.ts";

/** Where the chain's position is stored. */
export const FINAL_KEY: Uint8Array = new TextEncoder().encode("final");

/** What becomes final at once. */
export interface Finalization {
  /** The tree of the last final block so far. */
  readonly before: SparseNode;
  /** The new final blocks, lowest first; not empty. */
  readonly path: readonly ChainNode[];
  /** What they changed together (`mergeChanges`). */
  readonly changes: ReadonlyMap<string, HeldChange>;
  /** Blocks of branches that are over. */
  readonly dropped: readonly ChainNode[];
  readonly justification: Justification | undefined;
}

/**
 * The one atomic batch of a finalization (kratos-core 3.8): entries, tree nodes, indexes, receipts, the justification, the new
 * position, and the end of what was kept of branches.
 */
export function finalRows({ before, path, changes, dropped, justification }: Finalization, load: LoadSparse): Row[] {
  const last = path.at(-1)!;
  const rows: Row[] = [];
  for (const { key, value } of changes.values()) rows.push(...entryRows(key, value));
  rows.push(...treeRows(before, last.tree, load));
  for (const node of path) rows.push(...indexRows(node), forget(node));
  for (const node of dropped)
    rows.push(forget(node), { table: chainTables.blocks, key: bytesOf(node.hash), value: undefined });
  if (justification !== undefined) {
    const value = encodeKce(kceJustification, justification);
    rows.push({ table: chainTables.justifications, key: numberKey(last.header.number), value });
  }
  rows.push(positionRow(last));
  return rows;
}

/** An entry, and its place in the order of the tree. */
export function entryRows(key: Uint8Array, value: Uint8Array | undefined): Row[] {
  return [
    { table: chainTables.entries, key, value },
    { table: chainTables.keys, key: blake3(key), value: value && key },
  ];
}

/** The row that says which block is the last final one. */
export function positionRow({ hash, header: { number } }: Pick<ChainNode, "hash" | "header">): Row {
  return { table: chainTables.chain, key: FINAL_KEY, value: encodeKce(kceRef, { number, hash }) };
}

/** Number, transactions, histories, receipts and events of a block that is final. */
export function indexRows({ hash, header, transactions, touches, outcome }: Omit<ChainNode, "entries">): Row[] {
  const { number } = header;
  return [
    { table: chainTables.numbers, key: numberKey(number), value: bytesOf(hash) },
    ...transactions.map((tx, index) => ({
      table: chainTables.transactions,
      key: bytesOf(tx),
      value: encodeKce(kcePlace, { number, index }),
    })),
    ...touches.map(({ account, index }) => ({
      table: chainTables.history,
      key: historyKey(account, number, index),
      value: encodeKce(kcePlace, { number, index }),
    })),
    { table: chainTables.outcomes, key: numberKey(number), value: encodeKce(kceOutcome, outcome) },
  ];
}

function forget({ hash, header }: ChainNode): Row {
  return { table: chainTables.unfinal, key: placeKey(header.number, hash), value: undefined };
}

function bytesOf(hash: Digest): Uint8Array {
  return Uint8Array.fromHex(hash);
}
