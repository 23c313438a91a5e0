import assert from "node:assert/strict";
import { test } from "node:test";
import { boundedStore } from "./boundedStore.ts";

type Store = ReturnType<typeof boundedStore>;
type Key = Parameters<Store["get"]>[0];
const key = (name: string): Key => ({ toString: () => name }) as unknown as Key;

test("keeps what it is given, by key and by prefix", async () => {
  const store = boundedStore();
  for (const name of ["/peers/b", "/peers/a", "/self"]) await store.put(key(name), Buffer.from(name));
  assert.deepEqual(await store.get(key("/self")), Buffer.from("/self"));
  assert.equal(await store.has(key("/other")), false);
  assert.throws(() => store.get(key("/other")), { name: "NotFoundError" });
  const found = [];
  for await (const { key: name } of store.query({ prefix: "/peers/", limit: 5 })) found.push(name.toString());
  assert.deepEqual(found, ["/peers/b", "/peers/a"]);
  const batch = store.batch();
  batch.delete(key("/peers/b"));
  batch.put(key("/peers/c"), Buffer.from("c"));
  assert.equal(await store.has(key("/peers/b")), true, "nothing happens before the commit");
  await batch.commit();
  const keys = [];
  for await (const name of store.queryKeys({
    prefix: "/peers/",
    orders: [(a, b) => (`${a}` < `${b}` ? -1 : 1)],
    offset: 1,
  })) {
    keys.push(name.toString());
  }
  assert.deepEqual(keys, ["/peers/c"]);
});

test("is bounded by count and by bytes, and the oldest goes first", async () => {
  const store = boundedStore();
  for (let i = 0; i < 4_100; i++) await store.put(key(`/peers/${i}`), new Uint8Array(1));
  assert.equal(await store.has(key("/peers/3")), false);
  assert.equal(await store.has(key("/peers/4")), true);
  for (let i = 0; i < 20; i++) await store.put(key(`/large/${i}`), new Uint8Array(1_048_576));
  let bytes = 0;
  for await (const { value } of store.query({})) bytes += value.length;
  assert.ok(bytes <= 16 * 1_048_576 && bytes > 15 * 1_048_576, `${bytes}`);
});

test("keeps no records of the routing table, which strangers could fill", async () => {
  const store = boundedStore();
  await store.put(key("/dht/provider/x"), new Uint8Array(1));
  await store.put(key("/dht/record/x"), new Uint8Array(1));
  assert.equal(await store.has(key("/dht/provider/x")), false);
  assert.equal(await store.has(key("/dht/record/x")), false);
});
