import type { Digest } from "@polis/codec";
import { encodeSparse, type SparseNode } from "./node.ts";

/** A node to store. */
export interface StoredSparseNode {
  readonly hash: Digest;
  /** 65 bytes. */
  readonly bytes: Uint8Array;
}

/**
 * The nodes of a tree that an older one did not have, each once, parents first: what a commit has to store.
 * @param isKnown true for a hash that is stored already; what lies below it is not looked at
 */
export function newSparseNodes(root: SparseNode, isKnown: (hash: Digest) => boolean): StoredSparseNode[] {
  const found: StoredSparseNode[] = [];
  const seen = new Set<Digest>();
  const visit = (node: SparseNode): void => {
    if (node.kind === "empty" || node.kind === "stored" || seen.has(node.hash) || isKnown(node.hash)) return;
    seen.add(node.hash);
    found.push({ hash: node.hash, bytes: encodeSparse(node) });
    if (node.kind !== "inner") return;
    visit(node.left);
    visit(node.right);
  };
  visit(root);
  return found;
}
