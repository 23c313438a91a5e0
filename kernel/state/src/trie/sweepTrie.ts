import { stubNode, type TrieNode } from "./node.ts";

/** Adds one to the count of each age for every node in memory. A parent is never older than its children's ages. */
export function countAges(node: TrieNode | null, counts: Map<number, number>): void {
  if (node === null || node.kind === "stub") return;
  counts.set(node.age, (counts.get(node.age) ?? 0) + 1);
  for (const child of node.children) countAges(child, counts);
}

/**
 * Forgets the stored nodes below `node` that are older than `oldest`: each becomes a stub in its parent. Nodes inside
 * their parent's bytes have no row of their own and stay.
 */
export function dropOldNodes(node: TrieNode | null, oldest: number): void {
  if (node === null) return;
  const { children } = node;
  for (let i = 0; i < children.length; i++) {
    const child = children[i]!;
    if (child === null || child.kind === "stub") continue;
    // The hash is copied, so that the encoding behind it can go.
    if (child.age < oldest && child.ref!.length >= 32) children[i] = stubNode(child.ref!.slice(0, 32));
    else dropOldNodes(child, oldest);
  }
}
