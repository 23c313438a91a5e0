import { compareBytes, type Digest, digestOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { emptyRoot } from "./emptyTrieRoot.ts";
import { encodeBranch, encodeExtension, encodeLeaf, referTo } from "./encodeNode.ts";
import { commonPrefix, nibbleAt } from "./nibbles.ts";

/** An entry of a trie that is built whole: keys of any length, value not empty. */
export type TriePair = readonly [key: Uint8Array, value: Uint8Array];

/** The nodes met on the way to a key, for proofs. They come in from the leaves up. */
export interface TrieTrace {
  readonly key: Uint8Array;
  readonly nodes: Uint8Array[];
}

/**
 * Root of the Merkle Patricia Trie of these pairs, built in one pass. Throws a RangeError on a repeated key or an empty
 * value, which cannot be in a trie.
 * @param pairs in any order
 * @example trieRoot([[key, value]]) // 64 hex characters
 */
export function trieRoot(pairs: readonly TriePair[]): Digest {
  return digestOf(buildTrie(sortPairs(pairs)) ?? Uint8Array.fromHex(emptyRoot));
}

/** The pairs in key order, in a new array; throws as trieRoot does. */
export function sortPairs(pairs: readonly TriePair[]): TriePair[] {
  const sorted = pairs.slice().sort(([a], [b]) => compareBytes(a, b));
  sorted.forEach(([key, value], i) => {
    if (value.length === 0) throw new RangeError("a trie holds no empty value");
    if (i > 0 && compareBytes(key, sorted[i - 1]![0]) === 0) throw new RangeError("a trie key is given twice");
  });
  return sorted;
}

/**
 * Builds a trie from sorted pairs.
 * @param trace collects the nodes on the way to its key
 * @returns the root hash, or undefined for no pairs
 */
export function buildTrie(sorted: readonly TriePair[], trace?: TrieTrace): Uint8Array | undefined {
  return sorted.length === 0
    ? undefined
    : build({ pairs: sorted, trace, level: 0 }, 0, sorted.length, 0, trace !== undefined);
}

interface Build {
  readonly pairs: readonly TriePair[];
  readonly trace: TrieTrace | undefined;
  /** Branches open now: each has its own list of references. */
  level: number;
}

const refLists: (Uint8Array | null)[][] = [];

/** @returns the reference of the node at `depth` for pairs lo..hi; `traced` if the trace's key leads to it */
function build(run: Build, lo: number, hi: number, depth: number, traced: boolean): Uint8Array {
  const [first, value] = run.pairs[lo]!;
  const firstEnd = 2 * first.length;
  if (hi - lo === 1) return close(run, encodeLeaf(first, depth, firstEnd, value), depth, traced);
  const last = run.pairs[hi - 1]![0];
  const split = commonPrefix(first, last, depth, Math.min(firstEnd, 2 * last.length));
  const inside = traced && followsTo(run.trace!.key, first, depth, split);
  const branch = buildBranch(run, lo, hi, split, inside);
  return split === depth ? branch : close(run, encodeExtension(first, depth, split, branch), depth, traced);
}

function buildBranch(run: Build, lo: number, hi: number, depth: number, traced: boolean): Uint8Array {
  const level = run.level++;
  refLists[level] ??= new Array(16).fill(null);
  const refs = refLists[level].fill(null);
  const { pairs } = run;
  // Sorted keys: one that ends here is a prefix of all others and comes first.
  const ends = 2 * pairs[lo]![0].length === depth;
  const wanted = traced && 2 * run.trace!.key.length > depth ? nibbleAt(run.trace!.key, depth) : -1;
  for (let start = ends ? lo + 1 : lo; start < hi; ) {
    const slot = nibbleAt(pairs[start]![0], depth);
    let stop = start + 1;
    while (stop < hi && nibbleAt(pairs[stop]![0], depth) === slot) stop++;
    refs[slot] = build(run, start, stop, depth + 1, slot === wanted);
    start = stop;
  }
  run.level--;
  return close(run, encodeBranch(refs, ends ? pairs[lo]![1] : null), depth, traced);
}

function close(run: Build, encoded: Uint8Array, depth: number, traced: boolean): Uint8Array {
  // A node inside its parent's bytes is proven by its parent; the root always stands alone.
  if (traced && (encoded.length >= 32 || depth === 0)) run.trace!.nodes.push(encoded.slice());
  return depth === 0 ? keccak256(encoded) : referTo(encoded);
}

function followsTo(key: Uint8Array, path: Uint8Array, depth: number, end: number): boolean {
  return 2 * key.length >= end && commonPrefix(key, path, depth, end) === end;
}
