import { equalBytes } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { Store } from "@polis/ports";
import { stateTables, trieKey } from "../tables.ts";
import { type DecodedNode, decodeNode } from "./decodeNode.ts";
import { branchNode, extensionNode, keyNibbles, leafNode, stubNode, type TrieNode } from "./node.ts";

/** Account leaves, branches and extensions of a state trie are all shorter than this. */
const maxStateNodeBytes = 1024;

/**
 * Reads a stub's node from the store. A missing row, or one with another hash, is damage of the database or rows of a
 * finalized state that were never committed: it throws, because guessing a state root would split the chain.
 * @param key any key below the node; its first `depth` nibbles say where the node is
 */
export function loadNode(
  store: Store,
  owner: Uint8Array,
  stub: TrieNode,
  key: Uint8Array,
  depth: number,
  age: number,
): TrieNode {
  const bytes = store.get(stateTables.trie, trieKey(owner, key, depth));
  if (bytes === undefined) throw new Error(`state trie node missing below ${owner.toHex()} at depth ${depth}`);
  if (!equalBytes(keccak256(bytes), stub.ref!)) throw new Error(`state trie node damaged at depth ${depth}`);
  const decoded = decodeNode(bytes, maxStateNodeBytes);
  if (decoded === undefined) throw new Error(`state trie node malformed at depth ${depth}`);
  const node = nodeFrom(decoded, key, depth, age);
  node.ref = stub.ref;
  return node;
}

function nodeFrom(decoded: DecodedNode, key: Uint8Array, depth: number, age: number): TrieNode {
  if (decoded.kind === "leaf") return leafNode(extendKey(key, depth, decoded.path), decoded.value, age);
  if (decoded.kind === "extension") {
    const longer = extendKey(key, depth, decoded.path);
    const end = depth + decoded.path.length;
    return extensionNode(longer, end, childFrom(decoded.child, longer, end, age), age);
  }
  const children = decoded.refs.map((ref, i) =>
    ref === null ? null : ref.length === 32 ? stubNode(ref) : inlineChild(ref, key, depth, i, age),
  );
  return branchNode(children, age);
}

function inlineChild(ref: Uint8Array, key: Uint8Array, depth: number, slot: number, age: number): TrieNode {
  return childFrom(ref, extendKey(key, depth, Uint8Array.of(slot)), depth + 1, age);
}

function childFrom(ref: Uint8Array, key: Uint8Array, depth: number, age: number): TrieNode {
  if (ref.length === 32) return stubNode(ref);
  const decoded = decodeNode(ref, 32);
  if (decoded === undefined) throw new Error(`inline state trie node malformed at depth ${depth}`);
  const node = nodeFrom(decoded, key, depth, age);
  node.ref = ref;
  return node;
}

/** A 32-byte key with the first `depth` nibbles of `key`, then `path`, then zeros. */
function extendKey(key: Uint8Array, depth: number, path: Uint8Array): Uint8Array {
  if (depth + path.length > keyNibbles) throw new Error("state trie path longer than a key");
  const out = new Uint8Array(32);
  const whole = depth >> 1;
  for (let i = 0; i < whole; i++) out[i] = key[i]!;
  if ((depth & 1) === 1) out[whole] = key[whole]! & 0xf0;
  for (let i = 0; i < path.length; i++) {
    const at = depth + i;
    out[at >> 1] = out[at >> 1]! | ((at & 1) === 0 ? path[i]! << 4 : path[i]!);
  }
  return out;
}
