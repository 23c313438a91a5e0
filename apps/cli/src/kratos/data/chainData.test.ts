import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { digest, krat12, seconds } from "@polis/codec";
import type { GenesisRecord } from "@polis/kratos";
import { createChainData, openChainData, openTree } from "./chainData.ts";
import { ClockFile } from "./clockFile.ts";
import { dataDirectory } from "./dataDirectory.ts";
import { openProducerStore } from "./producerStore.ts";

const record: GenesisRecord = {
  ...{ chainName: "test", chainId: 0, timestamp: seconds(1_000), protocolVersion: 1 },
  ...{ randomnessSeed: new Uint8Array(32), balances: [], overrides: [] },
  validators: [{ account: digest("ab".repeat(32)), stake: krat12(0n), isBootstrap: true }],
};

function directory(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), "kratos-data-"));
  t.after(() => rmSync(path, { recursive: true }));
  return dataDirectory(path);
}

test("a chain that was begun is found again with its record, and only then (12.10)", async (t) => {
  const { db } = directory(t);
  assert.equal(await openChainData(db), undefined);
  // A kill between making the store and beginning the chain leaves nothing that stands in the way.
  const cut = await createChainData(db, { ...record, chainName: "another" });
  await cut.storage.close();
  assert.equal(await openChainData(db), undefined);
  assert.ok(!existsSync(db));
  const made = await createChainData(db, record);
  const { hash } = (await openTree(made)).head;
  await made.storage.close();
  const found = await openChainData(db);
  assert.equal(found?.genesis.hash, hash);
  // A store hands out Buffers.
  const { randomnessSeed, ...rest } = found!.genesis.record;
  assert.deepEqual({ ...rest, randomnessSeed: Uint8Array.from(randomnessSeed) }, record);
  assert.equal((await openTree(found!)).head.hash, hash);
  await found!.storage.close();
});

test("what was signed outlives the chain, is kept apart by chain and key, and costs a follower nothing (I14)", async (t) => {
  const data = directory(t);
  const [chain, account] = ["12".repeat(32), digest("ab".repeat(32))];
  const row = { table: "kratosSignedSlots", key: Uint8Array.of(1), value: Uint8Array.of(2) };
  const store = await openProducerStore(data, chain, account);
  await store.journal.append([row]);
  await store.close();
  rmSync(data.db, { recursive: true, force: true });
  const again = await openProducerStore(data, chain, account);
  assert.deepEqual([...again.store.get(row.table, row.key)!], [2]);
  await again.close();
  const other = await openProducerStore(data, "34".repeat(32), account);
  assert.equal(other.store.get(row.table, row.key), undefined);
  await other.close();
  const none = await openProducerStore(directory(t), chain, undefined);
  assert.equal(none.store.get(row.table, row.key), undefined);
});

test("the clock record is the one saved last, and a damaged one is no obstacle (11.2)", async (t) => {
  const { clockHealth, path } = directory(t);
  const failures: unknown[] = [];
  const file = new ClockFile(clockHealth, (error) => failures.push(error));
  assert.equal(file.read(), undefined);
  for (const driftMs of [1, 2, 3]) file.save({ driftMs });
  await file.close();
  assert.deepEqual(file.read(), { driftMs: 3 });
  const unwritable = new ClockFile(join(path, "absent", "file"), (error) => failures.push(error));
  unwritable.save({});
  await unwritable.close();
  assert.equal(failures.length, 1);
});
