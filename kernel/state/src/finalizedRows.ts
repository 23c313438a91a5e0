import type { Address } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { encodeSlimAccount, isEmptyAccount } from "./account.ts";
import type { Base } from "./base.ts";
import type { Layer } from "./layer.ts";
import { storageBytes } from "./storageValue.ts";
import { accountKey, afterPrefix, stateTables, storageKey } from "./tables.ts";

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
  for (const row of layer.trieRows) rows.push(row);
  if (layer.cleared.size > 0) clearOld(base, layer, rows);
  return rows;
}

/** Deletes what earlier states left of the storage of cleared accounts, in the store or on the way there. */
function clearOld(base: Base, layer: Layer, rows: Row[]): void {
  const taken = new Set(rows.map((row) => `${row.table} ${row.key.toHex()}`));
  const remove = (table: string, key: Uint8Array) => {
    const name = `${table} ${key.toHex()}`;
    if (taken.has(name)) return;
    taken.add(name);
    rows.push({ table, key, value: undefined });
  };
  for (const address of layer.cleared) {
    const owner = base.hashedKey(address);
    for (const key of keysBelow(base.store, stateTables.storage, accountKey(address))) remove(stateTables.storage, key);
    for (const key of keysBelow(base.store, stateTables.trie, owner)) remove(stateTables.trie, key);
    for (let below = layer.parent; below !== undefined; below = below.parent) {
      clearUnsettled(below, address, owner, remove);
    }
  }
}

function clearUnsettled(
  below: Layer,
  address: Address,
  owner: Uint8Array,
  remove: (table: string, key: Uint8Array) => void,
): void {
  for (const slot of below.storage.get(address)?.keys() ?? []) remove(stateTables.storage, storageKey(address, slot));
  if (!below.storageTries.has(address)) return;
  const prefix = owner.toHex();
  for (const row of below.trieRows) if (row.key.toHex().startsWith(prefix)) remove(stateTables.trie, row.key);
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
