import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Digest, height } from "@polis/codec";
import { createKairosLedger, type KairosLedger, keptBlocksRow, readKeptBlocks } from "@polis/kairos";
import type { Store } from "@polis/ports";
import type { Storage } from "@polis/storage";
import fc from "fast-check";
import { restoreBackup } from "../../backup/restoreBackup.ts";
import { writeBackup } from "../../backup/writeBackup.ts";
import { exportChain } from "../../database/chainFile/exportChain.ts";
import { importChain } from "../../database/chainFile/importChain.ts";
import type { NodeFiles } from "../../database/nodeFiles.ts";
import { rollbackDatabase } from "../../database/rollback/rollbackDatabase.ts";
import { openFiles, StoppedChain } from "../../database/testing/stoppedChain.ts";
import { verifyDatabase } from "../../database/verify/verifyDatabase.ts";
import type { TestNetwork } from "../../testing/network.ts";
import { waitUntil } from "../../testing/waitUntil.ts";
import { pruningPiece } from "./pruningPiece.ts";

const nothing = () => undefined;
const keepBlocks = 6;
/** What pruning never touches: the state, its history, and what is only of the present. */
const untouched = ["accounts", "storage", "code", "trie", "history", "journal", "evidence", "mempool"];

/** All rows of some tables as texts, keys first. */
function rowsOf(store: Store, tables: readonly string[]): string[] {
  return tables.flatMap((table) =>
    [...store.range(table, { limit: 1_000_000 })].map(([key, value]) => `${table} ${key.toHex()} ${value.toHex()}`),
  );
}

/** Everything that the chain from a height on consists of, as its readers give it. */
function chainFrom(ledger: KairosLedger, store: Store, lowest: number): unknown[] {
  const all: unknown[] = [];
  for (let at = lowest; at <= ledger.lastFinalized.height; at++) {
    const { digest } = ledger.headerByHeight(height(at))!;
    const hashes = ledger.transactionsOf(digest)!.map(({ transaction }) => transaction.hash);
    all.push(
      [at, digest, ledger.heightOf(digest), ledger.blockByHeight(height(at))!.toHex()],
      [store.get("receipts", heightBytes(at))!.toHex(), store.get("finality", heightBytes(at))!.toHex()],
      hashes.map((hash: Digest) => [hash, ledger.transactionLocation(hash)]),
    );
  }
  return all;
}

function heightBytes(at: number): Uint8Array {
  const key = new Uint8Array(8);
  new DataView(key.buffer).setBigUint64(0, BigInt(at));
  return key;
}

/** Writes pieces until nothing is left or the power goes, which is after `crashAfter` of them. */
async function prune(storage: Storage, files: NodeFiles, maxRows: number, crashAfter = Number.MAX_SAFE_INTEGER) {
  const { store } = storage;
  const ledger = createKairosLedger({ genesis: files.genesis, store });
  for (let pieces = 0; pieces < crashAfter; pieces++) {
    const rows = pruningPiece({ store, ledger, keepBlocks }, maxRows);
    if (rows.length === 0) return pieces;
    assert.ok(rows.length <= 2 * maxRows + 6, `a piece of ${rows.length} rows`);
    await store.commit(rows);
  }
  return crashAfter;
}

async function pruned(files: NodeFiles, maxRows = 256): Promise<number> {
  const storage = await openFiles(files);
  try {
    return await prune(storage, files, maxRows);
  } finally {
    await storage.close();
  }
}

async function reading<T>(files: NodeFiles, read: (store: Store, ledger: KairosLedger) => T): Promise<T> {
  const storage = await openFiles(files);
  try {
    return read(storage.store, createKairosLedger({ genesis: files.genesis, store: storage.store }));
  } finally {
    await storage.close();
  }
}

/** Blocks of many transactions, and then enough others for these to be dropped. */
async function payTogether(net: TestNetwork): Promise<void> {
  await net.start();
  const [, , from, to] = net.payers;
  await Promise.all(
    Array.from({ length: 24 }, () => net.call(0, "eth_sendRawTransaction", from!.pay(to!.address, 5n).raw)),
  );
  const paid = async () => BigInt((await net.call(0, "eth_getTransactionCount", `0x${from!.address}`)) as string);
  await waitUntil("the payments", 10_000, async () => (await paid()) === 24n);
  await net.reaches(net.height(0) + keepBlocks + 3);
  await net.stop(0);
}

describe("dropping old blocks from a store (kairos 6.4)", { timeout: 110_000 }, () => {
  let chain: StoppedChain;
  let tip = 0;
  let lowest = 0;

  before(async () => {
    chain = await StoppedChain.make(async () => undefined);
    await payTogether(chain.net);
    tip = await reading(chain.files(), (_, { lastFinalized }) => lastFinalized.height);
    lowest = tip - keepBlocks + 1;
    assert.ok(lowest > 10, `${tip} blocks`);
    const sizes = await reading(chain.files(), (_, ledger) =>
      Array.from({ length: lowest }, (_none, at) => {
        return ledger.transactionsOf(ledger.headerByHeight(height(at))!.digest)!.length;
      }),
    );
    assert.ok(Math.max(...sizes) > 4, `a block of many transactions among ${sizes}`);
  });
  after(() => chain?.net.close());

  test("the newest blocks, the state and its root are what they were; everything of the others is gone but genesis", async () => {
    const files = chain.copy();
    const look = (store: Store, ledger: KairosLedger) => ({
      rows: rowsOf(store, untouched),
      blocks: chainFrom(ledger, store, lowest),
      root: ledger.stateRoot(ledger.lastFinalized.digest),
      genesis: ledger.blockByHeight(height(0))?.toHex(),
    });
    const before = await reading(files, look);
    const dropped = await reading(files, (_, ledger) => {
      const { digest } = ledger.headerByHeight(height(lowest - 1))!;
      const hashes: Digest[] = [];
      for (let at = 1; at < lowest; at++) {
        const block = ledger.headerByHeight(height(at))!.digest;
        for (const { transaction } of ledger.transactionsOf(block)!) hashes.push(transaction.hash);
      }
      return { digest, hashes };
    });
    assert.ok(dropped.hashes.length > 5);
    assert.ok((await pruned(files)) > 0);
    assert.deepEqual(await reading(files, look), before);
    await reading(files, (store, ledger) => {
      assert.deepEqual(readKeptBlocks(store), { lowest, cleared: lowest, transactions: 0 });
      assert.equal(ledger.lowestHeight(), lowest);
      for (let at = 1; at < lowest; at++) {
        const gone = [ledger.blockByHeight(height(at)), ledger.receiptsByHeight(height(at))];
        assert.deepEqual([...gone, store.get("finality", heightBytes(at))], [undefined, undefined, undefined]);
      }
      assert.equal(ledger.blockByDigest(dropped.digest), undefined);
      assert.ok(ledger.headerByHeight(height(lowest - 1)), "its header is kept for BLOCKHASH (E2)");
      for (const hash of dropped.hashes) assert.equal(ledger.transactionLocation(hash), undefined);
      const firstView = ledger.headerByHeight(height(lowest))!.header.extra.view;
      for (const table of ["view_index", "notarizations", "nullifications"]) {
        for (const [key] of store.range(table, { limit: 1 })) assert.ok(key.toHex() >= heightBytes(firstView).toHex());
      }
      for (const [key] of store.range("address_index", { limit: 1_000_000 })) {
        assert.ok(key.toHex().slice(40, 56) >= heightBytes(lowest).toHex(), "the walk has come to every account");
      }
    });
    assert.equal(await pruned(files), 0, "nothing is left to drop");
  });

  test("a crash after any piece of any size loses nothing and leaves nothing: the store ends the same", {
    timeout: 60_000,
  }, async () => {
    const tables = ["blocks", "headers", "height_by_hash", "view_index", "notarizations", "finality", "receipts"];
    const all = [...untouched, ...tables, "tx_index", "address_index", "log_index", "meta", "nullifications", "votes"];
    const whole = chain.copy();
    await pruned(whole);
    const expected = await reading(whole, (store) => rowsOf(store, all));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
        async (maxRows, crashes) => {
          const files = chain.copy();
          for (const crashAfter of crashes) {
            const storage = await openFiles(files);
            await prune(storage, files, maxRows, crashAfter);
            await storage.close();
            const { problems } = await verifyDatabase(files, nothing);
            assert.deepEqual(problems, [], "also between two pieces");
          }
          await pruned(files, maxRows);
          assert.deepEqual(await reading(files, (store) => rowsOf(store, all)), expected);
        },
      ),
      { numRuns: 5 },
    );
  });

  test("db verify knows what a pruned store has, and finds what is missing from it or too much", async () => {
    const files = chain.copy();
    await pruned(files);
    const report = await verifyDatabase(files, nothing);
    assert.deepEqual([report.problems, report.height, report.blocks], [[], tip, keepBlocks]);
    const storage = await openFiles(files);
    await storage.store.commit([
      { table: "receipts", key: heightBytes(lowest - 1), value: Uint8Array.of(0xc0) },
      { table: "headers", key: heightBytes(lowest - 2), value: undefined },
    ]);
    await storage.close();
    const text = (await verifyDatabase(files, nothing)).problems.join("\n");
    assert.match(text, new RegExp(`height ${lowest - 2}: the header is absent`));
    assert.match(text, new RegExp(`the table receipts has ${keepBlocks + 2} rows`));
  });

  test("db export, import and rollback go as far back as the blocks do", async () => {
    const files = chain.copy();
    await pruned(files);
    const file = join(chain.net.dir, "pruned.kairos.zst");
    const range = { code: "EXPORT_RANGE", message: new RegExp(`below height ${lowest}`) };
    await assert.rejects(exportChain({ ...files, file, from: 1, to: undefined }, nothing), range);
    const head = await exportChain({ ...files, file, from: lowest, to: undefined }, nothing);
    assert.deepEqual([head.from, head.to], [lowest, tip]);
    const wholeFile = join(chain.net.dir, "whole.kairos.zst");
    await exportChain({ ...chain.files(), file: wholeFile, from: 1, to: undefined }, nothing);
    assert.equal((await importChain(files, wholeFile, nothing, nothing)).blocks, 0, "dropped blocks are no fork");
    const back = { code: "ROLLBACK_HISTORY", hint: new RegExp(`from ${lowest} on`) };
    await assert.rejects(rollbackDatabase(files, lowest - 1, nothing, nothing), back);
    const { to } = await rollbackDatabase(files, lowest + 2, nothing, nothing);
    assert.ok(to >= lowest && to <= lowest + 2);
    assert.deepEqual((await verifyDatabase(files, nothing)).problems, []);
    assert.equal((await importChain(files, file, nothing, nothing)).height, tip);
    assert.deepEqual((await verifyDatabase(files, nothing)).problems, []);
  });

  test("a backup of a pruned store is restored as what it was", async () => {
    const files = chain.copy();
    await pruned(files);
    const { path: storagePath, mapSize: mapSizeBytes } = files.config.storage;
    const { genesisHash, genesis } = files;
    const destination = join(chain.net.dir, "backups");
    const { network, params } = genesis;
    const facts = { storagePath, mapSizeBytes, genesisHash, network, chainId: Number(params.chainId), destination };
    const { file } = await writeBackup({ ...facts, nowMs: 0, withJournal: false }, nothing);
    const restored = chain.empty();
    const place = { file, storagePath: restored.config.storage.path, genesisHash, mapSizeBytes };
    await restoreBackup({ ...place, force: false, withJournal: false }, nothing);
    assert.deepEqual((await verifyDatabase(restored, nothing)).problems, []);
    assert.equal(await reading(restored, (_, ledger) => ledger.lowestHeight()), lowest);
  });

  test("what is kept is one row of meta: any of its values is read as it was written; a damaged one throws", async () => {
    const files = chain.copy();
    const storage = await openFiles(files);
    const { store } = storage;
    const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    await fc.assert(
      fc.asyncProperty(safe, safe, fc.integer({ min: 0, max: 2 ** 32 - 1 }), async (low, cleared, transactions) => {
        const kept = { lowest: height(low), cleared: height(cleared), transactions };
        await store.commit([keptBlocksRow(kept)]);
        assert.deepEqual(readKeptBlocks(store), kept);
      }),
      { numRuns: 20 },
    );
    const row = keptBlocksRow({ lowest: height(258), cleared: height(257), transactions: 3 });
    assert.equal(row.value!.toHex(), "0000000000000102000000000000010100000003");
    await store.commit([{ ...row, value: row.value!.subarray(1) }]);
    assert.throws(() => readKeptBlocks(store), /damaged/);
    await storage.close();
  });
});
