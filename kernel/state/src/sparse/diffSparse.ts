import type { Digest } from "@polis/codec";
import type { StoredSparseNode } from "./newSparseNodes.ts";
import { encodeSparse, type SparseNode } from "./node.ts";
import { type LoadSparse, resolve } from "./updateSparse.ts";

/** What turns one stored tree into another. */
export interface SparseDiff {
  /** Nodes that only the old tree had. */
  readonly deleted: readonly Digest[];
  /** Nodes that the old tree did not have, or not where the new one has them. */
  readonly added: readonly StoredSparseNode[];
}

type Read = Extract<SparseNode, { kind: "leaf" | "inner" }>;

/** Compares two trees of one store. Equal halves are not looked at, so that the work is that of the changes. */
export function diffSparse(before: SparseNode, after: SparseNode, load: LoadSparse): SparseDiff {
  const gone = new Map<Digest, Read>();
  const come = new Map<Digest, Read>();
  const visit = (old: SparseNode | undefined, next: SparseNode | undefined): void => {
    if (old?.hash === next?.hash) return;
    const [a, b] = [read(old, load), read(next, load)];
    if (a !== undefined) gone.set(a.hash, a);
    if (b !== undefined) come.set(b.hash, b);
    const from = a?.kind === "inner" ? a : undefined;
    const to = b?.kind === "inner" ? b : undefined;
    if (from === undefined && to === undefined) return;
    visit(from?.left, to?.left);
    visit(from?.right, to?.right);
  };
  visit(before, after);
  return {
    // A leaf that moved up or down is the same node in both trees.
    deleted: [...gone.keys()].filter((hash) => !come.has(hash)),
    added: [...come.values()].map((node) => ({ hash: node.hash, bytes: encodeSparse(node) })),
  };
}

function read(node: SparseNode | undefined, load: LoadSparse): Read | undefined {
  const found = node && resolve(node, load);
  return found?.kind === "empty" ? undefined : found;
}
