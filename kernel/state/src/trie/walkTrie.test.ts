import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, type Digest, usdc18 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { createGenesisState } from "../genesis.ts";
import { accountTrieOwner } from "../tables.ts";
import { MemoryStore } from "../testing/memoryStore.ts";
import { emptyRoot } from "./emptyTrieRoot.ts";
import { walkTrie } from "./walkTrie.ts";

const address = (i: number) => (i + 1).toString(16).padStart(40, "0") as Address;
const slot = (i: number) => i.toString(16).padStart(64, "0") as Digest;

function stateOf(accounts: number) {
  const store = new MemoryStore();
  const storage = Array.from({ length: 40 }, (_, i) => [slot(i), BigInt(i + 1)] as const);
  const alloc = Array.from({ length: accounts }, (_, i) => ({
    address: address(i),
    balance: usdc18(BigInt(i + 1)),
    ...(i === 3 ? { code: Uint8Array.of(1), storage } : {}),
  }));
  const { root, rows } = createGenesisState(alloc);
  void store.commit(rows);
  return { store, root, rows };
}

test("every leaf comes once, in the order of its hashed key, and every row is met", () => {
  const { store, root, rows } = stateOf(300);
  const trieRows = rows.filter(({ table }) => table === "trie");
  let met = 0;
  const leaves = [...walkTrie(store, accountTrieOwner, root, () => met++)].map(([key]) => key.toHex());
  const expected = Array.from({ length: 300 }, (_, i) => keccak256(Uint8Array.fromHex(address(i))).toHex());
  assert.deepEqual(leaves, expected.sort());
  const owner = keccak256(Uint8Array.fromHex(address(3)));
  const ownRows = trieRows.filter(({ key }) => key.subarray(0, 32).toHex() === owner.toHex());
  assert.equal(met, trieRows.length - ownRows.length);
  assert.ok(ownRows.length > 5);
  assert.deepEqual([...walkTrie(store, accountTrieOwner, emptyRoot)], []);
});

test("a node that is absent, changed or another trie's is named", () => {
  const { store, root, rows } = stateOf(50);
  const leaves = (at: Digest = root) => [...walkTrie(store, accountTrieOwner, at)];
  assert.throws(() => leaves("11".repeat(32) as Digest), /the trie node at "" of 0000000000000000 is damaged/);
  for (const { table, key, value } of rows) {
    if (table !== "trie" || key.subarray(0, 32).some((byte) => byte !== 0)) continue;
    void store.commit([{ table, key, value: undefined }]);
    assert.throws(leaves, /is absent/);
    const changed = value!.slice();
    changed[changed.length - 1] = changed[changed.length - 1]! ^ 1;
    void store.commit([{ table, key, value: changed }]);
    assert.throws(leaves, /is damaged/);
    void store.commit([{ table, key, value }]);
  }
  assert.equal(leaves().length, 50);
});
