import type { Digest } from "@polis/codec";
import type { Row } from "@polis/ports";
import { diffSparse, type LoadSparse, type SparseNode } from "@polis/state";
import { chainTables } from "./tables.ts";

/** The rows that turn one stored tree into another. */
export function treeRows(before: SparseNode, after: SparseNode, load: LoadSparse): Row[] {
  const { deleted, added } = diffSparse(before, after, load);
  return [...deleted.map((hash) => row(hash, undefined)), ...added.map(({ hash, bytes }) => row(hash, bytes))];
}

function row(hash: Digest, value: Uint8Array | undefined): Row {
  return { table: chainTables.tree, key: Uint8Array.fromHex(hash), value };
}
