import { type Digest, equalBytes } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { Store } from "@polis/ports";
import { stateTables, trieKey } from "../tables.ts";
import { type DecodedNode, decodeNode } from "./decodeNode.ts";
import { emptyRoot } from "./emptyTrieRoot.ts";
import { keyNibbles } from "./node.ts";

/** A value of a trie under its hashed key, 32 bytes. */
export type TrieLeaf = readonly [key: Uint8Array, value: Uint8Array];

/** Longest node that is read: far above what a state trie has. */
const maxNodeBytes = 1024;

/**
 * All leaves of a stored trie in the order of their keys; every node is compared with its parent's reference. For checks of
 * a whole store: a state reads only the nodes that it needs.
 * @param owner 32 zero bytes for the account trie, keccak of the address for a storage trie
 * @param onRow called for each row that belongs to the trie
 * @throws Error naming the place of a node that is absent, damaged or malformed
 */
export function* walkTrie(store: Store, owner: Uint8Array, root: Digest, onRow?: () => void): Generator<TrieLeaf> {
  if (root === emptyRoot) return;
  yield* walk({ store, owner, onRow }, Uint8Array.fromHex(root), []);
}

interface Walk {
  readonly store: Store;
  readonly owner: Uint8Array;
  readonly onRow: (() => void) | undefined;
}

/** @param ref 32 bytes: the hash of a row; fewer: the node itself */
function* walk(run: Walk, ref: Uint8Array, path: readonly number[]): Generator<TrieLeaf> {
  const node = ref.length === 32 ? stored(run, ref, path) : decodeNode(ref, 32);
  if (node === undefined) throw wrong("malformed", run, path);
  if (node.kind === "leaf") {
    const whole = [...path, ...node.path];
    if (whole.length !== keyNibbles) throw wrong("no leaf of a state", run, path);
    yield [packed(whole), node.value];
  } else if (node.kind === "extension") yield* walk(run, node.child, [...path, ...node.path]);
  else {
    if (node.value !== null || path.length >= keyNibbles) throw wrong("no branch of a state", run, path);
    for (const [nibble, child] of node.refs.entries()) if (child !== null) yield* walk(run, child, [...path, nibble]);
  }
}

function stored(run: Walk, hash: Uint8Array, path: readonly number[]): DecodedNode | undefined {
  const row = run.store.get(stateTables.trie, trieKey(run.owner, packed(path), path.length));
  if (row === undefined) throw wrong("absent", run, path);
  if (!equalBytes(keccak256(row), hash)) throw wrong("damaged", run, path);
  run.onRow?.();
  return decodeNode(row, maxNodeBytes);
}

/** Nibbles as a key of 32 bytes, zeros behind them. */
function packed(nibbles: readonly number[]): Uint8Array {
  const key = new Uint8Array(keyNibbles / 2);
  for (const [i, nibble] of nibbles.entries()) {
    if (i < keyNibbles) key[i >> 1] = key[i >> 1]! | ((i & 1) === 0 ? nibble << 4 : nibble);
  }
  return key;
}

function wrong(what: string, { owner }: Walk, path: readonly number[]): Error {
  const place = path.map((nibble) => nibble.toString(16)).join("");
  return new Error(`the trie node at "${place}" of ${owner.toHex().slice(0, 16)} is ${what}`);
}
