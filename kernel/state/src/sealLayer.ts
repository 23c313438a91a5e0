import { type Address, type Digest, digestOf } from "@polis/codec";
import { encodeAccount, isEmptyAccount } from "./account.ts";
import { ByteArena } from "./arena.ts";
import { absentAccount, type Base, readAccount } from "./base.ts";
import type { Layer } from "./layer.ts";
import { storageLeaf } from "./storageValue.ts";
import { accountTrieOwner, trieKey } from "./tables.ts";
import { emptyRoot } from "./trie/emptyTrieRoot.ts";
import { loadNode } from "./trie/loadNode.ts";
import { stubNode, type TrieNode } from "./trie/node.ts";
import { sealTrie } from "./trie/sealTrie.ts";
import { sortChanges } from "./trie/sortChanges.ts";
import { type TrieChange, updateTrie } from "./trie/updateTrie.ts";

/**
 * Closes a layer: updates the storage tries of its accounts and then the account trie, each once from the write set
 * (kairos S2). Accounts that ended up empty are absent, and so is their storage
 * (S1).
 */
export function sealLayer(base: Base, layer: Layer): void {
  const run: Run = { base, layer, arena: new ByteArena() };
  for (const [address, slots] of layer.storage) if (slots.size > 0) sealStorage(run, address);
  for (const address of layer.cleared) if (!layer.storageTries.has(address)) sealStorage(run, address);
  const changes: TrieChange[] = [];
  for (const [address, account] of layer.accounts) {
    const empty = isEmptyAccount(account);
    if (empty && account.storageRoot !== emptyRoot) dropStorage(layer, address);
    if (empty) layer.accounts.set(address, absentAccount);
    const value = empty ? undefined : encodeAccount(run.arena, account);
    changes.push({ key: base.hashedKey(address), value });
  }
  layer.accountTrie = applyChanges(run, accountTrieOwner, layer.accountTrie, changes);
  layer.root = rootOf(layer.accountTrie);
  layer.sealed = true;
}

/** The finalized or speculative storage trie of an account as a layer's descendants see it. */
export function storageTrieAt(base: Base, from: Layer | undefined, address: Address, root: Digest): TrieNode | null {
  for (let layer = from; layer !== undefined; layer = layer.parent) {
    const found = layer.storageTries.get(address);
    if (found !== undefined) return found;
  }
  const cached = base.tries.get(address);
  if (cached !== undefined) return cached.root;
  return root === emptyRoot ? null : stubNode(Uint8Array.fromHex(root));
}

interface Run {
  readonly base: Base;
  readonly layer: Layer;
  readonly arena: ByteArena;
}

function sealStorage(run: Run, address: Address): void {
  const { base, layer } = run;
  const account = readAccount(base, layer, address);
  if (isEmptyAccount(account)) {
    dropStorage(layer, address);
    return;
  }
  const changes: TrieChange[] = [];
  for (const [slot, value] of layer.storage.get(address) ?? []) {
    changes.push({ key: base.hashedKey(slot), value: value === 0n ? undefined : storageLeaf(value) });
  }
  const old = layer.cleared.has(address) ? null : storageTrieAt(base, layer.parent, address, account.storageRoot);
  const trie = applyChanges(run, base.hashedKey(address), old, changes);
  layer.storageTries.set(address, trie);
  const storageRoot = rootOf(trie);
  if (storageRoot !== account.storageRoot) layer.accounts.set(address, { ...account, storageRoot });
}

function rootOf(trie: TrieNode | null): Digest {
  return trie === null ? emptyRoot : digestOf(trie.ref!.subarray(0, 32));
}

function dropStorage(layer: Layer, address: Address): void {
  layer.storage.delete(address);
  layer.cleared.add(address);
  layer.storageTries.set(address, null);
}

function applyChanges(run: Run, owner: Uint8Array, root: TrieNode | null, changes: TrieChange[]): TrieNode | null {
  const { base, layer, arena } = run;
  const { vacated, number: age } = layer;
  const load = (stub: TrieNode, key: Uint8Array, depth: number) => {
    base.nodes++;
    return loadNode(base.store, owner, stub, key, depth, age);
  };
  const vacate = (key: Uint8Array, depth: number) => void vacated.push(trieKey(owner, key, depth));
  const next = updateTrie({ age, load, vacate }, root, sortChanges(changes));
  const target = { owner, arena, vacated, sealed: 0 };
  sealTrie(target, next);
  base.nodes += target.sealed;
  return next;
}
