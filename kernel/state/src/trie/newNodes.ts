import type { Row } from "@polis/ports";
import { stateTables, trieKey } from "../tables.ts";
import { nibbleAt } from "./nibbles.ts";
import { keyNibbles, type TrieNode } from "./node.ts";
import { setNibble } from "./sealTrie.ts";

/**
 * Visits the nodes that one state made or loaded, with their paths: the top of its trie, down to nodes of another age.
 * Nodes inside their parent's bytes are not visited, because they have no row.
 */
export function visitNewNodes(
  root: TrieNode | null,
  age: number,
  visit: (node: TrieNode, path: Uint8Array, depth: number) => void,
): void {
  if (root !== null) walk(root, age, new Uint8Array(keyNibbles / 2), 0, visit);
}

/** Appends the rows of a sealed trie's new nodes. Rows are made late because they are needed only briefly. */
export function newNodeRows(rows: Row[], owner: Uint8Array, root: TrieNode | null, age: number): void {
  visitNewNodes(root, age, ({ ref }, path, depth) => {
    // A node that was only loaded has no encoding behind its hash, and its row is in the store.
    if (ref!.length === 32) return;
    rows.push({ table: stateTables.trie, key: trieKey(owner, path, depth), value: ref!.subarray(32) });
  });
}

function walk(
  node: TrieNode,
  age: number,
  path: Uint8Array,
  depth: number,
  visit: (node: TrieNode, path: Uint8Array, depth: number) => void,
): void {
  if (node.kind === "stub" || node.age !== age) return;
  if (node.ref!.length >= 32) visit(node, path, depth);
  if (node.kind === "leaf") return;
  if (node.kind === "extension") {
    for (let i = depth; i < node.end; i++) setNibble(path, i, nibbleAt(node.key, i));
    walk(node.children[0]!, age, path, node.end, visit);
    return;
  }
  for (let i = 0; i < 16; i++) {
    const child = node.children[i]!;
    if (child === null) continue;
    setNibble(path, depth, i);
    walk(child, age, path, depth + 1, visit);
  }
}
