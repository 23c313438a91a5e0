/** Nibbles of a key of a state trie: 32 hashed bytes. */
export const keyNibbles = 64;

/** What a node is: a stub stands for a stored node that is not in memory, known by its hash. */
export type NodeKind = "leaf" | "extension" | "branch" | "stub";

/** The 16 children of a branch. Keys of state tries have one length, so their branches hold no value. */
export type Children = (TrieNode | null)[];

/**
 * A node of a state trie in memory. Nodes are shared between the tries of different blocks, so an update makes new
 * nodes along its path and never changes one; only `ref` is filled in once, and a child whose row is in the store may
 * be replaced by its stub, which no reader can tell apart.
 */
export class TrieNode {
  readonly kind: NodeKind;
  /** Leaf: its whole key, 32 bytes. Extension: any key below it. */
  readonly key: Uint8Array;
  /** Extension: the depth in nibbles at which its child sits. It starts at the depth of the node itself. */
  readonly end: number;
  readonly value: Uint8Array | null;
  /** Branch: 16 places. Extension: its one child. */
  readonly children: Children;
  /**
   * How a parent refers to it, null until sealed. Below 32 bytes: its encoding, which its parent holds. Otherwise its
   * first 32 bytes are the keccak of its encoding; a node that was sealed here has the encoding behind it, in the same
   * array, because every array on its own costs the collector more than the bytes.
   */
  ref: Uint8Array | null;
  /** Number of the state that made or loaded it, for dropping nodes that were not used lately. */
  readonly age: number;

  constructor(
    kind: NodeKind,
    key: Uint8Array,
    end: number,
    value: Uint8Array | null,
    children: Children,
    ref: Uint8Array | null,
    age: number,
  ) {
    this.kind = kind;
    this.key = key;
    this.end = end;
    this.value = value;
    this.children = children;
    this.ref = ref;
    this.age = age;
  }
}

const none = new Uint8Array(0);
const childless: Children = [];

/** A leaf for a whole key of 32 bytes. */
export function leafNode(key: Uint8Array, value: Uint8Array, age: number): TrieNode {
  return new TrieNode("leaf", key, keyNibbles, value, childless, null, age);
}

/** An extension whose child sits at depth `end` under the first nibbles of `key`. */
export function extensionNode(key: Uint8Array, end: number, child: TrieNode, age: number): TrieNode {
  return new TrieNode("extension", key, end, null, [child], null, age);
}

/** A branch of 16 places. */
export function branchNode(children: Children, age: number): TrieNode {
  return new TrieNode("branch", none, 0, null, children, null, age);
}

/** A stored node that is not in memory, by its 32-byte hash. */
export function stubNode(hash: Uint8Array): TrieNode {
  return new TrieNode("stub", none, 0, null, childless, hash, 0);
}
