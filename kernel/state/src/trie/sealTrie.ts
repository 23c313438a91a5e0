import { keccak256 } from "@polis/crypto";
import type { Row } from "@polis/ports";
import type { ByteArena } from "../arena.ts";
import { stateTables, trieKey } from "../tables.ts";
import { emptyTrieRoot } from "./emptyTrieRoot.ts";
import { encodeBranch, encodeExtension, encodeLeaf, referTo } from "./encodeNode.ts";
import { nibbleAt } from "./nibbles.ts";
import { keyNibbles, type TrieNode } from "./node.ts";

/** Where a sealed trie writes its rows. */
export interface SealTarget {
  /** 32 bytes: first part of the rows' keys. */
  readonly owner: Uint8Array;
  readonly arena: ByteArena;
  /** Receives one row per new node. */
  readonly rows: Row[];
  /** Keys that hold no row of this trie unless `rows` puts one there. */
  readonly vacated: Uint8Array[];
}

/**
 * Fills in the references of all new nodes from the leaves up and emits their rows. Nodes shorter than 32 bytes live
 * inside their parent and get no row; the root always gets one.
 * @returns the root hash, 32 bytes
 */
export function sealTrie(target: SealTarget, root: TrieNode | null): Uint8Array {
  if (root === null) return emptyTrieRoot;
  if (root.ref === null) seal(target, root, new Uint8Array(keyNibbles / 2), 0);
  return root.ref!;
}

const refs: (Uint8Array | null)[][] = Array.from({ length: keyNibbles + 1 }, () => new Array(16).fill(null));

function seal(target: SealTarget, node: TrieNode, path: Uint8Array, depth: number): void {
  const encoded = encode(target, node, path, depth);
  node.ref = depth === 0 ? keccak256(encoded) : referTo(encoded);
  const key = trieKey(target.owner, path, depth);
  if (node.ref.length < 32) target.vacated.push(key);
  else target.rows.push({ table: stateTables.trie, key, value: target.arena.copy(encoded) });
}

function encode(target: SealTarget, node: TrieNode, path: Uint8Array, depth: number): Uint8Array {
  if (node.kind === "leaf") return encodeLeaf(node.key, depth, keyNibbles, node.value!);
  if (node.kind === "extension") {
    const child = node.children[0]!;
    for (let i = depth; i < node.end; i++) setNibble(path, i, nibbleAt(node.key, i));
    if (child.ref === null) seal(target, child, path, node.end);
    return encodeExtension(node.key, depth, node.end, child.ref!);
  }
  // One scratch list per depth, because sealing a child fills the lists below.
  const held = refs[depth]!;
  for (let i = 0; i < 16; i++) {
    const child = node.children[i]!;
    if (child !== null && child.ref === null) {
      setNibble(path, depth, i);
      seal(target, child, path, depth + 1);
    }
    held[i] = child === null ? null : child.ref;
  }
  return encodeBranch(held, null);
}

function setNibble(path: Uint8Array, index: number, nibble: number): void {
  const byte = path[index >> 1]!;
  path[index >> 1] = (index & 1) === 0 ? (nibble << 4) | (byte & 15) : (byte & 0xf0) | nibble;
}
