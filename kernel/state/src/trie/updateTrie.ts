import { equalBytes } from "@polis/codec";
import { commonPrefix, nibbleAt } from "./nibbles.ts";
import { branchNode, type Children, extensionNode, keyNibbles, leafNode, type TrieNode } from "./node.ts";

/** A new value under a key of 32 bytes; undefined deletes the key. */
export interface TrieChange {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** What one batch of changes needs from, and tells to, its caller. */
export interface TrieBatch {
  /** Age of the nodes made by this batch. */
  readonly age: number;
  /** Reads the node of a stub at the first `depth` nibbles of `key`. */
  load(stub: TrieNode, key: Uint8Array, depth: number): TrieNode;
  /** Called for a path that may hold no node any more, unless the sealed trie puts one there. */
  vacate(key: Uint8Array, depth: number): void;
}

/**
 * Applies a batch of changes in one pass: every touched node is visited once, and nodes are loaded only along touched
 * paths, plus the last remaining sibling of a deleted one. The old trie stays valid.
 * @param root null for an empty trie
 * @param changes sorted by key, each key once
 * @returns the new root, unsealed (references of new nodes are null), or null when nothing is left
 */
export function updateTrie(batch: TrieBatch, root: TrieNode | null, changes: readonly TrieChange[]): TrieNode | null {
  return changes.length === 0 ? root : update(batch, root, changes, 0, 0, changes.length);
}

function update(
  batch: TrieBatch,
  node: TrieNode | null,
  changes: readonly TrieChange[],
  depth: number,
  lo: number,
  hi: number,
): TrieNode | null {
  if (node === null) return build(batch.age, living(changes, lo, hi), depth);
  const key = changes[lo]!.key;
  const known = node.kind === "stub" ? batch.load(node, key, depth) : node;
  const next =
    known.kind === "leaf"
      ? updateLeaf(batch, known, changes, depth, lo, hi)
      : known.kind === "extension"
        ? updateExtension(batch, known, changes, depth, lo, hi)
        : updateBranch(batch, known, known.children, changes, depth, lo, hi);
  if (next === null) batch.vacate(key, depth);
  return next;
}

function updateLeaf(
  batch: TrieBatch,
  leaf: TrieNode,
  changes: readonly TrieChange[],
  depth: number,
  lo: number,
  hi: number,
): TrieNode | null {
  // Hashed keys come from a cache, so the same key is mostly the same array.
  if (hi - lo === 1 && (changes[lo]!.key === leaf.key || equalBytes(changes[lo]!.key, leaf.key))) {
    const value = changes[lo]!.value;
    if (value === undefined) return null;
    return equalBytes(value, leaf.value!) ? leaf : leafNode(changes[lo]!.key, value, batch.age);
  }
  const kept: TrieChange[] = [];
  let open = true;
  for (let i = lo; i < hi; i++) {
    const change = changes[i]!;
    const order = open ? compareKeys(leaf.key, change.key) : 1;
    if (order <= 0) open = false;
    if (order < 0) kept.push({ key: leaf.key, value: leaf.value! });
    if (change.value !== undefined) kept.push(change);
  }
  if (open) kept.push({ key: leaf.key, value: leaf.value! });
  // A changed leaf may have the very key array of the old one, so only the value tells that nothing changed.
  return kept.length === 1 && kept[0]!.value === leaf.value ? leaf : build(batch.age, kept, depth);
}

function updateExtension(
  batch: TrieBatch,
  node: TrieNode,
  changes: readonly TrieChange[],
  depth: number,
  lo: number,
  hi: number,
): TrieNode | null {
  const { key, end } = node;
  const child = node.children[0]!;
  // The changes are sorted, so the first and the last one bound what all of them share with the extension.
  const first = commonPrefix(changes[lo]!.key, key, depth, end);
  const split = Math.min(first, commonPrefix(changes[hi - 1]!.key, key, depth, end));
  if (split === end) {
    const next = update(batch, child, changes, end, lo, hi);
    return next === child ? node : prepend(batch, next, key, depth, end);
  }
  const children: Children = new Array(16).fill(null);
  children[nibbleAt(key, split)] = split + 1 === end ? child : extensionNode(key, end, child, batch.age);
  const branch = updateBranch(batch, undefined, children, changes, split, lo, hi);
  return prepend(batch, branch, key, depth, split);
}

/** Puts the nibbles depth..end of `key` before a node that sits at `end`, merging them into a leaf or extension. */
function prepend(
  batch: TrieBatch,
  node: TrieNode | null,
  key: Uint8Array,
  depth: number,
  end: number,
): TrieNode | null {
  if (node === null || depth === end) return node;
  if (node.kind === "branch") return extensionNode(key, end, node, batch.age);
  batch.vacate(node.key, end);
  return node.kind === "leaf"
    ? leafNode(node.key, node.value!, batch.age)
    : extensionNode(node.key, node.end, node.children[0]!, batch.age);
}

/** @param old the branch that holds `places`, returned when nothing changes; undefined for one not in the trie yet */
function updateBranch(
  batch: TrieBatch,
  old: TrieNode | undefined,
  places: Children,
  changes: readonly TrieChange[],
  depth: number,
  lo: number,
  hi: number,
): TrieNode | null {
  let children = places;
  for (let start = lo; start < hi; ) {
    const slot = nibbleAt(changes[start]!.key, depth);
    let stop = start + 1;
    while (stop < hi && nibbleAt(changes[stop]!.key, depth) === slot) stop++;
    const next = update(batch, children[slot]!, changes, depth + 1, start, stop);
    if (next !== children[slot]) {
      if (children === places) children = places.slice();
      children[slot] = next;
    }
    start = stop;
  }
  if (children === places && old !== undefined) return old;
  let held = 0;
  let last = 0;
  for (let i = 0; i < 16; i++) {
    if (children[i] === null) continue;
    held++;
    last = i;
  }
  if (held > 1) return branchNode(children, batch.age);
  return held === 0 ? null : collapse(batch, children[last]!, last, changes[lo]!.key, depth);
}

/** A branch with one way out becomes part of the path to it. */
function collapse(batch: TrieBatch, only: TrieNode, slot: number, near: Uint8Array, depth: number): TrieNode | null {
  const key = near.slice();
  key[depth >> 1] = (depth & 1) === 0 ? (slot << 4) | (key[depth >> 1]! & 15) : (key[depth >> 1]! & 0xf0) | slot;
  const known = only.kind === "stub" ? batch.load(only, key, depth + 1) : only;
  return prepend(batch, known, key, depth, depth + 1);
}

function living(changes: readonly TrieChange[], lo: number, hi: number): TrieChange[] {
  const kept: TrieChange[] = [];
  for (let i = lo; i < hi; i++) if (changes[i]!.value !== undefined) kept.push(changes[i]!);
  return kept;
}

function build(age: number, entries: readonly TrieChange[], depth: number): TrieNode | null {
  return entries.length === 0 ? null : buildRange(age, entries, depth, 0, entries.length);
}

function buildRange(age: number, entries: readonly TrieChange[], depth: number, lo: number, hi: number): TrieNode {
  const first = entries[lo]!;
  if (hi - lo === 1) return leafNode(first.key, first.value!, age);
  const split = commonPrefix(first.key, entries[hi - 1]!.key, depth, keyNibbles);
  const children: Children = new Array(16).fill(null);
  for (let start = lo; start < hi; ) {
    const slot = nibbleAt(entries[start]!.key, split);
    let stop = start + 1;
    while (stop < hi && nibbleAt(entries[stop]!.key, split) === slot) stop++;
    children[slot] = buildRange(age, entries, split + 1, start, stop);
    start = stop;
  }
  const branch = branchNode(children, age);
  return split === depth ? branch : extensionNode(first.key, split, branch, age);
}

/** Byte order of two keys of 32 bytes. */
function compareKeys(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < 32; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}
