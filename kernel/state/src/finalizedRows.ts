import type { Address } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { encodeSlimAccount, isEmptyAccount } from "./account.ts";
import type { Base } from "./base.ts";
import type { Layer } from "./layer.ts";
import { storageBytes } from "./storageValue.ts";
import { accountKey, accountTrieOwner, afterPrefix, stateTables, storageKey, trieKey } from "./tables.ts";
import { newNodeRows, visitNewNodes } from "./trie/newNodes.ts";

/** Rows read at once while the storage of a destroyed account is deleted. */
const pageRows = 1024;

/** The rows that make a layer's writes durable, each key once: tables `accounts`, `storage`, `code`, `trie` (6.2). */
export function finalizedRows(base: Base, layer: Layer): Row[] {
  const rows: Row[] = [];
  for (const [address, account] of layer.accounts) {
    const value = isEmptyAccount(account) ? undefined : encodeSlimAccount(account);
    rows.push({ table: stateTables.accounts, key: accountKey(address), value });
  }
  for (const [address, slots] of layer.storage) {
    for (const [slot, value] of slots) {
      const row = value === 0n ? undefined : storageBytes(value);
      rows.push({ table: stateTables.storage, key: storageKey(address, slot), value: row });
    }
  }
  for (const [hash, code] of layer.code) {
    rows.push({ table: stateTables.code, key: Uint8Array.fromHex(hash), value: code });
  }
  newNodeRows(rows, accountTrieOwner, layer.accountTrie, layer.number);
  for (const [address, trie] of layer.storageTries) {
    newNodeRows(rows, base.hashedKey(address), trie, layer.number);
  }
  if (layer.vacated.length > 0 || layer.cleared.size > 0) removeOld(base, layer, rows);
  return rows;
}

/** Deletes vacated trie rows, and what earlier states left of the storage of cleared accounts. */
function removeOld(base: Base, layer: Layer, rows: Row[]): void {
  const taken = new Set(rows.map((row) => `${row.table} ${row.key.toHex()}`));
  const remove = (table: string, key: Uint8Array) => {
    const name = `${table} ${key.toHex()}`;
    if (taken.has(name)) return;
    taken.add(name);
    rows.push({ table, key, value: undefined });
  };
  for (const key of layer.vacated) remove(stateTables.trie, key);
  for (const address of layer.cleared) {
    const owner = base.hashedKey(address);
    for (const key of keysBelow(base.store, stateTables.storage, accountKey(address))) remove(stateTables.storage, key);
    for (const key of keysBelow(base.store, stateTables.trie, owner)) remove(stateTables.trie, key);
    for (let below = layer.parent; below !== undefined; below = below.parent) {
      removeUnsettled(below, address, owner, remove);
    }
  }
}

/** The same for states whose rows may still be on their way to the store. */
function removeUnsettled(
  below: Layer,
  address: Address,
  owner: Uint8Array,
  remove: (table: string, key: Uint8Array) => void,
): void {
  for (const slot of below.storage.get(address)?.keys() ?? []) remove(stateTables.storage, storageKey(address, slot));
  visitNewNodes(below.storageTries.get(address) ?? null, below.number, (_, path, depth) => {
    remove(stateTables.trie, trieKey(owner, path, depth));
  });
}

function* keysBelow(store: Store, table: string, prefix: Uint8Array): Iterable<Uint8Array> {
  const to = afterPrefix(prefix);
  let from: Uint8Array | undefined = prefix;
  while (from !== undefined) {
    let read = 0;
    let last: Uint8Array = from;
    for (const [key] of store.range(table, { from, to, limit: pageRows })) {
      read++;
      last = key;
      yield key;
    }
    from = read < pageRows ? undefined : justAfter(last);
  }
}

/** The smallest key above `key`. */
function justAfter(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
