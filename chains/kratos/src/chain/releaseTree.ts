import { type LoadSparse, readSparse, type SparseNode } from "@polis/state";

/**
 * A tree in which everything that is as in the tree below is that tree's own node, which may be on disk alone: what is stored
 * already leaves memory. Places are compared, not hashes anywhere: a node of the same hash elsewhere may be deleted earlier.
 */
export function releaseTree(tree: SparseNode, below: SparseNode, load: LoadSparse): SparseNode {
  if (tree.hash === below.hash) return below;
  if (tree.kind !== "inner") return tree;
  const other = readSparse(below, load);
  if (other.kind !== "inner") return tree;
  const [left, right] = [releaseTree(tree.left, other.left, load), releaseTree(tree.right, other.right, load)];
  return { ...tree, left, right };
}
