import { keccak256 } from "@polis/crypto";
import type { ByteArena } from "../arena.ts";
import { trieKey } from "../tables.ts";
import { emptyTrieRoot } from "./emptyTrieRoot.ts";
import { encodeBranch, encodeExtension, encodeLeaf } from "./encodeNode.ts";
import { nibbleAt } from "./nibbles.ts";
import { keyNibbles, type TrieNode } from "./node.ts";

/** What sealing a trie tells its caller. */
export interface SealTarget {
  /** 32 bytes: first part of the rows' keys. */
  readonly owner: Uint8Array;
  readonly arena: ByteArena;
  /** Receives the keys of new nodes that live inside their parent, where an older node may have had a row. */
  readonly vacated: Uint8Array[];
  /** New nodes sealed so far. */
  sealed: number;
}

/**
 * Fills in the references of all new nodes from the leaves up.
 * @returns the root hash, 32 bytes
 */
export function sealTrie(target: SealTarget, root: TrieNode | null): Uint8Array {
  if (root === null) return emptyTrieRoot;
  if (root.ref === null) seal(target, root, new Uint8Array(keyNibbles / 2), 0);
  return root.ref!.slice(0, 32);
}

/**
 * Encodes a node whose children are sealed.
 * @returns a view of a shared buffer, valid until the next node is encoded
 */
export function encodeSealed(node: TrieNode, depth: number): Uint8Array {
  if (node.kind === "leaf") return encodeLeaf(node.key, depth, keyNibbles, node.value!);
  if (node.kind === "extension") return encodeExtension(node.key, depth, node.end, node.children[0]!.ref!);
  for (let i = 0; i < 16; i++) {
    const child = node.children[i]!;
    refs[i] = child === null ? null : child.ref;
  }
  return encodeBranch(refs, null);
}

const refs: (Uint8Array | null)[] = new Array(16).fill(null);

function seal(target: SealTarget, node: TrieNode, path: Uint8Array, depth: number): void {
  if (node.kind === "extension") {
    const child = node.children[0]!;
    if (child.ref === null) {
      for (let i = depth; i < node.end; i++) setNibble(path, i, nibbleAt(node.key, i));
      seal(target, child, path, node.end);
    }
  } else if (node.kind === "branch") {
    for (let i = 0; i < 16; i++) {
      const child = node.children[i]!;
      if (child === null || child.ref !== null) continue;
      setNibble(path, depth, i);
      seal(target, child, path, depth + 1);
    }
  }
  const encoded = encodeSealed(node, depth);
  target.sealed++;
  if (encoded.length < 32 && depth > 0) {
    node.ref = encoded.slice();
    target.vacated.push(trieKey(target.owner, path, depth));
    return;
  }
  const ref = target.arena.take(32 + encoded.length);
  ref.set(encoded, 32);
  ref.set(keccak256(encoded));
  node.ref = ref;
}

/** Sets one nibble of a path kept in 32 bytes. */
export function setNibble(path: Uint8Array, index: number, nibble: number): void {
  const byte = path[index >> 1]!;
  path[index >> 1] = (index & 1) === 0 ? (nibble << 4) | (byte & 15) : (byte & 0xf0) | nibble;
}
