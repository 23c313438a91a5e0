import type { Digest } from "@polis/codec";
import { bitAt, decodeSparse, emptySparse, innerOf, leafOf, type SparseLeaf, type SparseNode } from "./node.ts";

/** Reads a stored node by its hash. @throws when it is not there */
export type LoadSparse = (hash: Digest) => Uint8Array;

/** An entry that changes: hashes of its key and of its new value; no value takes it out. */
export interface SparseChange {
  readonly key: Digest;
  readonly value: Digest | undefined;
}

/**
 * A tree with some entries changed. The old tree stays as it is, and shares what did not change.
 * @param changes one for each key, in any order
 */
export function updateSparse(root: SparseNode, changes: readonly SparseChange[], load: LoadSparse): SparseNode {
  return update(root, changes, 0, load);
}

function update(node: SparseNode, changes: readonly SparseChange[], depth: number, load: LoadSparse): SparseNode {
  if (changes.length === 0) return node;
  const here = resolve(node, load);
  if (here.kind === "inner") {
    const [toLeft, toRight] = split(changes, depth);
    const left = update(here.left, toLeft, depth + 1, load);
    const right = update(here.right, toRight, depth + 1, load);
    return left === here.left && right === here.right ? here : join(left, right, load);
  }
  if (here.kind === "leaf" && !changes.some(({ key }) => key === here.key)) return build(changes, depth, here);
  return build(changes, depth, undefined);
}

/** The tree of the entries that the changes set, and of one that was there. */
function build(changes: readonly SparseChange[], depth: number, present: SparseLeaf | undefined): SparseNode {
  const leaves = changes.flatMap(({ key, value }) => (value === undefined ? [] : [leafOf(key, value)]));
  return grow(present === undefined ? leaves : [...leaves, present], depth);
}

function grow(leaves: readonly SparseLeaf[], depth: number): SparseNode {
  if (leaves.length <= 1) return leaves[0] ?? emptySparse;
  const [left, right] = split(leaves, depth);
  return innerOf(grow(left, depth + 1), grow(right, depth + 1));
}

/** An entry that is alone now moves up to where it is alone. */
function join(left: SparseNode, right: SparseNode, load: LoadSparse): SparseNode {
  if (left.kind === "empty" || right.kind === "empty") {
    const other = resolve(left.kind === "empty" ? right : left, load);
    if (other.kind !== "inner") return other;
  }
  return innerOf(left, right);
}

function split<T extends { readonly key: Digest }>(items: readonly T[], depth: number): [T[], T[]] {
  const halves: [T[], T[]] = [[], []];
  for (const item of items) halves[bitAt(item.key, depth)].push(item);
  return halves;
}

/** A node that is read from where it is stored, if it must be. */
export function resolve(node: SparseNode, load: LoadSparse): Exclude<SparseNode, { kind: "stored" }> {
  return node.kind === "stored" ? decodeSparse(load(node.hash), node.hash) : node;
}
