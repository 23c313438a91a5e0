import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf } from "@polis/codec";
import type { Row } from "@polis/ports";
import fc from "fast-check";
import { ByteArena } from "../arena.ts";
import { accountTrieOwner } from "../tables.ts";
import { MemoryStore } from "../testing/memoryStore.ts";
import { naiveRoot, naiveStoredNodes } from "../testing/naiveTrie.ts";
import { loadNode } from "./loadNode.ts";
import { newNodeRows } from "./newNodes.ts";
import { stubNode, type TrieNode } from "./node.ts";
import { sealTrie } from "./sealTrie.ts";
import { sortChanges } from "./sortChanges.ts";
import { dropOldNodes } from "./sweepTrie.ts";
import { updateTrie } from "./updateTrie.ts";

/** Keys of 32 bytes that share long prefixes and differ early, late or in the middle; tiny values make inline nodes. */
const key = fc
  .tuple(fc.constantFrom(0, 1), fc.nat(63), fc.nat(15))
  .map(
    ([fill, place, nibble]) =>
      "0123456789abcdef"[fill]!.repeat(64).slice(0, place) + nibble.toString(16).repeat(64 - place),
  );
const value = fc.option(
  fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 2 }), fc.uint8Array({ minLength: 33, maxLength: 80 })),
  { freq: 2, nil: undefined },
);
const batch = fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 12 });
/** What to do between batches: keep all nodes, forget old ones, or start again from the store. */
const between = fc.constantFrom("keep", "sweep", "reopen");

/** Hashed keys come from a cache in use, so a change often has the very array that a leaf of the trie holds. */
const arrays = new Map<string, Uint8Array>();
function keyOf(hex: string): Uint8Array {
  const known = arrays.get(hex) ?? Uint8Array.fromHex(hex);
  arrays.set(hex, known);
  return known;
}

function apply(
  store: MemoryStore,
  root: TrieNode | null,
  changes: ReadonlyMap<string, Uint8Array | undefined>,
  age: number,
) {
  const rows: Row[] = [];
  const vacated: Uint8Array[] = [];
  const context = {
    age,
    load: (stub: TrieNode, at: Uint8Array, depth: number) => loadNode(store, accountTrieOwner, stub, at, depth, age),
    vacate: (at: Uint8Array, depth: number) => {
      const path = new Uint8Array(32 + depth);
      for (let i = 0; i < depth; i++) path[32 + i] = (i & 1) === 0 ? at[i >> 1]! >> 4 : at[i >> 1]! & 15;
      vacated.push(path);
    },
  };
  const sorted = sortChanges([...changes].map(([hex, v]) => ({ key: keyOf(hex), value: v })));
  const next = updateTrie(context, root, sorted);
  const hash = sealTrie({ owner: accountTrieOwner, arena: new ByteArena(), vacated, sealed: 0 }, next);
  newNodeRows(rows, accountTrieOwner, next, age);
  const puts = new Set(rows.map((row) => row.key.toHex()));
  assert.equal(puts.size, rows.length, "no node is written twice");
  const deletes = vacated.filter((at) => !puts.has(at.toHex()));
  void store.commit([...rows, ...deletes.map((at) => ({ table: "trie", key: at, value: undefined }))]);
  return { next, root: digestOf(hash) };
}

test("incremental roots equal the naive trie's through inserts, deletes, sweeps and restarts; no stale row stays", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(batch, between), { minLength: 1, maxLength: 12 }), (steps) => {
      const store = new MemoryStore();
      const model = new Map<string, Uint8Array>();
      let root: TrieNode | null = null;
      let age = 0;
      for (const [changes, then] of steps) {
        age++;
        for (const [hex, v] of changes) {
          if (v === undefined) model.delete(hex);
          else model.set(hex, v);
        }
        const done = apply(store, root, new Map(changes), age);
        assert.equal(done.root, naiveRoot(model));
        assert.equal(store.count("trie"), naiveStoredNodes(model), "exactly the nodes of the trie are stored");
        root = done.next;
        if (then === "reopen" && root !== null) root = stubNode(root.ref!.slice(0, 32));
        if (then === "sweep") dropOldNodes(root, age);
      }
    }),
    { numRuns: 400 },
  );
});

test("a leaf that changes beside the deletion of an absent key changes", () => {
  const [held, absent] = ["0".repeat(64), "1".repeat(64)] as const;
  const store = new MemoryStore();
  const before = apply(store, null, new Map([[held, Uint8Array.of(1)]]), 1);
  const changes = new Map([
    [held, Uint8Array.of(2)],
    [absent, undefined],
  ]);
  assert.equal(apply(store, before.next, changes, 2).root, naiveRoot(new Map([[held, Uint8Array.of(2)]])));
});

test("the old trie stays valid after an update", () => {
  const store = new MemoryStore();
  const at = (i: number) => i.toString(16).padStart(2, "0").repeat(32);
  const first = new Map([1, 2, 3, 17, 18].map((i) => [at(i), Uint8Array.of(i)]));
  const before = apply(store, null, first, 1);
  apply(
    store,
    before.next,
    new Map([
      [at(1), undefined],
      [at(2), Uint8Array.of(99)],
      [at(200), Uint8Array.of(1)],
    ]),
    2,
  );
  const again = apply(new MemoryStore(), before.next, new Map([[at(18), Uint8Array.of(7)]]), 3);
  assert.equal(again.root, naiveRoot(new Map([...first, [at(18), Uint8Array.of(7)]])));
});

test("a missing or damaged node throws instead of giving a root", () => {
  const store = new MemoryStore();
  const keys = ["11".repeat(32), "12".repeat(32), "31".repeat(32)];
  const { next } = apply(store, null, new Map(keys.map((k) => [k, new Uint8Array(40).fill(1)])), 1);
  const change = new Map([[keys[0]!, Uint8Array.of(1)]]);
  const branch = Uint8Array.fromHex(`${"00".repeat(32)}01`);
  void store.commit([{ table: "trie", key: branch, value: new Uint8Array(40) }]);
  assert.throws(() => apply(store, stubNode(next!.ref!.slice(0, 32)), change, 2), /damaged/);
  void store.commit([{ table: "trie", key: branch, value: undefined }]);
  assert.throws(() => apply(store, stubNode(next!.ref!.slice(0, 32)), change, 2), /missing/);
});
