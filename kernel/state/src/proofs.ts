import type { Address, Digest } from "@polis/codec";
import { isEmptyAccount } from "./account.ts";
import { type Base, readAccount, readStorage } from "./base.ts";
import type { Layer } from "./layer.ts";
import { storageTrieAt } from "./sealLayer.ts";
import { accountTrieOwner } from "./tables.ts";
import { loadNode } from "./trie/loadNode.ts";
import { nibbleAt } from "./trie/nibbles.ts";
import type { TrieNode } from "./trie/node.ts";
import { encodeSealed } from "./trie/sealTrie.ts";
import type { AccountProof, StorageProof } from "./types.ts";

/** Proves an account, or its absence, under the state root of a sealed layer (EIP-1186). */
export function proveAccountIn(base: Base, layer: Layer, address: Address): AccountProof {
  const account = readAccount(base, layer, address);
  const proof = path(base, accountTrieOwner, layer.accountTrie, base.hashedKey(address), layer.number);
  return { account: isEmptyAccount(account) ? undefined : account, proof };
}

/** Proves a storage slot, or that it is 0, under the account's storage root. */
export function proveStorageIn(base: Base, layer: Layer, address: Address, slot: Digest): StorageProof {
  const { storageRoot } = readAccount(base, layer, address);
  const trie = storageTrieAt(base, layer, address, storageRoot);
  const proof = path(base, base.hashedKey(address), trie, base.hashedKey(slot), layer.number);
  return { value: readStorage(base, layer, address, slot), storageRoot, proof };
}

function path(base: Base, owner: Uint8Array, root: TrieNode | null, key: Uint8Array, age: number): Uint8Array[] {
  const nodes: Uint8Array[] = [];
  let node = root;
  for (let depth = 0; node !== null; ) {
    const known: TrieNode = node.kind === "stub" ? loadNode(base.store, owner, node, key, depth, age) : node;
    // A node shorter than 32 bytes is already inside its parent's bytes.
    if (known.ref!.length >= 32) nodes.push(encodeSealed(known, depth).slice());
    if (known.kind === "leaf") return nodes;
    if (known.kind === "branch") {
      node = known.children[nibbleAt(key, depth)]!;
      depth++;
      continue;
    }
    for (let i = depth; i < known.end; i++) if (nibbleAt(key, i) !== nibbleAt(known.key, i)) return nodes;
    node = known.children[0]!;
    depth = known.end;
  }
  return nodes;
}
