import { concatBytes, type Digest, digestOf } from "@polis/codec";
import { blake3 } from "@polis/crypto";

/**
 * A node of the compact sparse Merkle tree (kratos-core 3.3). Nothing below an empty root; an entry alone is a leaf at the
 * depth where it is alone; two or more make an inner node. `stored` stands for a node that is on disk and not read yet.
 */
export type SparseNode =
  | { readonly kind: "empty"; readonly hash: Digest }
  | SparseLeaf
  | { readonly kind: "inner"; readonly hash: Digest; readonly left: SparseNode; readonly right: SparseNode }
  | { readonly kind: "stored"; readonly hash: Digest };

/** An entry, as the tree keeps it: hashes of key and value, both 32 bytes as hex. */
export interface SparseLeaf {
  readonly kind: "leaf";
  readonly hash: Digest;
  readonly key: Digest;
  readonly value: Digest;
}

/** The root of no entries: 32 zero bytes. */
export const noEntries: Digest = digestOf(new Uint8Array(32));

/** The empty tree. */
export const emptySparse: SparseNode = { kind: "empty", hash: noEntries };

const LEAF = Uint8Array.of(0);
const INNER = Uint8Array.of(1);

/** A leaf for the hash of an entry's key and the hash of its value. */
export function leafOf(key: Digest, value: Digest): SparseLeaf {
  return { kind: "leaf", key, value, hash: hashPair(0, key, value) };
}

/** An inner node over two halves, of which both are not empty or one holds two entries. */
export function innerOf(left: SparseNode, right: SparseNode): SparseNode {
  return { kind: "inner", left, right, hash: innerHash(left.hash, right.hash) };
}

/** The hash of an inner node over two roots. */
export function innerHash(left: Digest, right: Digest): Digest {
  return hashPair(1, left, right);
}

/** Bit `depth` of a key's hash, the most significant bit first. */
export function bitAt(key: Digest, depth: number): 0 | 1 {
  const code = key.charCodeAt(depth >> 2);
  // Digests are lower-case hex: digits end at 57, letters begin at 97.
  const nibble = code <= 57 ? code - 48 : code - 87;
  return ((nibble >> (3 - (depth & 3))) & 1) as 0 | 1;
}

/** A leaf or inner node as 65 bytes; its BLAKE3 is its hash. */
export function encodeSparse(node: Extract<SparseNode, { kind: "leaf" | "inner" }>): Uint8Array {
  if (node.kind === "leaf") return encodePair(LEAF, node.key, node.value);
  return encodePair(INNER, node.left.hash, node.right.hash);
}

/** The node of 65 stored bytes. @throws Error on anything else: the disk is damaged */
export function decodeSparse(bytes: Uint8Array, hash: Digest): Extract<SparseNode, { kind: "leaf" | "inner" }> {
  if (bytes.length !== 65 || bytes[0]! > 1) throw new Error(`the tree node ${hash} is damaged`);
  const [first, second] = [digestOf(bytes.subarray(1, 33)), digestOf(bytes.subarray(33))];
  if (bytes[0] === 0) return { kind: "leaf", hash, key: first, value: second };
  return { kind: "inner", hash, left: stored(first), right: stored(second) };
}

/** A node by its hash, not read yet. */
export function stored(hash: Digest): SparseNode {
  return hash === noEntries ? emptySparse : { kind: "stored", hash };
}

// One buffer for all hashes of nodes: the hash is taken before anything else can write to it.
const scratch = new Uint8Array(65);
const firstHalf = scratch.subarray(1, 33);
const secondHalf = scratch.subarray(33);

function hashPair(tag: 0 | 1, first: Digest, second: Digest): Digest {
  scratch[0] = tag;
  firstHalf.setFromHex(first);
  secondHalf.setFromHex(second);
  return digestOf(blake3(scratch));
}

function encodePair(tag: Uint8Array, first: Digest, second: Digest): Uint8Array {
  return concatBytes(tag, Uint8Array.fromHex(first), Uint8Array.fromHex(second));
}
