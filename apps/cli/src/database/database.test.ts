import assert from "node:assert/strict";
import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { height } from "@polis/codec";
import { heightKey, metaKey } from "@polis/kairos";
import { metaKeys, readPlace, u64Key } from "@polis/minimmit";
import type { Row } from "@polis/ports";
import { exportChain } from "./chainFile/exportChain.ts";
import { importChain } from "./chainFile/importChain.ts";
import { encodeHead, encodeRecord, readHead, recordKind } from "./chainFile/records.ts";
import type { NodeFiles } from "./nodeFiles.ts";
import { rollbackDatabase } from "./rollback/rollbackDatabase.ts";
import { openFiles, StoppedChain } from "./testing/stoppedChain.ts";
import { type VerifyReport, verifyDatabase } from "./verify/verifyDatabase.ts";

const nothing = () => undefined;
const verify = (files: NodeFiles) => verifyDatabase(files, nothing);
const rollback = (files: NodeFiles, to: number) => rollbackDatabase(files, to, nothing, nothing);
const bring = (files: NodeFiles, file: string) => importChain(files, file, nothing, nothing);

/** Rows of the chain itself: what every node has alike. */
const shared = ["accounts", "address_index", "headers", "receipts", "storage", "trie", "tx_index", "height_by_hash"];
async function rowsOf(files: NodeFiles, tables = shared): Promise<string[]> {
  const storage = await openFiles(files);
  const rows = tables.flatMap((table) =>
    [...storage.store.range(table, { limit: 1_000_000 })].map(
      ([key, value]) => `${table} ${key.toHex()} ${value.toHex()}`,
    ),
  );
  await storage.close();
  return rows;
}

async function change(files: NodeFiles, rows: readonly Row[]): Promise<void> {
  const storage = await openFiles(files);
  await storage.store.commit(rows);
  await storage.close();
}

describe("the store of a validator that has stopped", { timeout: 100_000 }, () => {
  let chain: StoppedChain;
  let live: VerifyReport;
  let tip = 0;
  let file = "";
  const steps = new Set<string>();

  before(async () => {
    chain = await StoppedChain.make(async (files) => {
      live = await verifyDatabase(files, (step) => steps.add(step));
    });
    file = join(chain.net.dir, "chain.kairos.zst");
    const head = await exportChain({ ...chain.files(), file, from: 1, to: undefined }, nothing);
    tip = head.to;
  });
  after(() => chain?.net.close());

  test("db verify: all is well, of a running node too", async () => {
    assert.deepEqual(live.problems, []);
    assert.ok(live.blocks > 10 && live.transactions === 14, `${live.blocks} blocks, ${live.transactions} transactions`);
    assert.deepEqual([...steps], ["blocks"]);
    const report = await verify(chain.files());
    assert.deepEqual(report.problems, []);
    assert.equal(report.height, tip);
  });

  test("db export and import: the blocks are executed and give the same rows; the journal is lost", async () => {
    const files = chain.empty();
    const { blocks, height: reached } = await bring(files, file);
    assert.deepEqual([blocks, reached], [tip, tip]);
    assert.deepEqual(await rowsOf(files), await rowsOf(chain.files()));
    assert.deepEqual((await verify(files)).problems, []);
    assert.deepEqual(await rowsOf(files, ["journal"]), []);
    assert.deepEqual((await bring(files, file)).blocks, 0);
    const part = join(chain.net.dir, "part.kairos.zst");
    const head = await exportChain({ ...chain.files(), file: part, from: 3, to: 7 }, nothing);
    assert.deepEqual([head.from, head.to], [3, 7]);
    await assert.rejects(bring(chain.empty(), part), { code: "IMPORT_GAP" });
    await assert.rejects(exportChain({ ...chain.files(), file: part, from: tip + 1, to: undefined }, nothing), {
      code: "EXPORT_RANGE",
    });
  });

  test("db rollback-to: every height is whole, and the same blocks lead forward again", async () => {
    const original = await rowsOf(chain.files());
    const files = chain.copy();
    const seen: number[] = [];
    for (const target of [tip - 1, tip - 5, Math.floor(tip / 2), 2, 0]) {
      let warned = 0;
      const done = await rollbackDatabase(
        files,
        target,
        (d) => seen.push(d),
        () => warned++,
      );
      assert.deepEqual([done.to, warned], [target, 1]);
      const report = await verify(files);
      assert.deepEqual([report.height, report.problems], [target, []]);
      assert.deepEqual(await rowsOf(files, ["journal"]), []);
      const storage = await openFiles(files);
      assert.equal(storage.store.get("meta", metaKeys.journal), undefined);
      await storage.close();
    }
    assert.ok(seen.length >= 5);
    assert.deepEqual((await bring(files, file)).blocks, tip);
    assert.deepEqual(await rowsOf(files), original);
    assert.deepEqual((await verify(files)).problems, []);
  });

  test("a rollback that is cut off after any step is whole when the command is given again", async () => {
    const files = chain.copy();
    const target = tip - 6;
    const cut = (after: number) =>
      rollbackDatabase(files, target, (done) => assert.notEqual(done, after, "cut off"), nothing, 1);
    for (const after of [1, 2, 3]) await assert.rejects(cut(after), /cut off/);
    const storage = await openFiles(files);
    const at = readPlace(storage.store.get("meta", metaKeys.lastFinalized)!)!;
    await storage.close();
    assert.ok(at.height < tip && at.height >= target, `${at.height}`);
    if (at.height > target) await assert.rejects(cut(at.height - target), /cut off/);
    assert.deepEqual(await rollback(files, target), { from: target, to: target });
    assert.deepEqual((await verify(files)).problems, []);
    assert.equal((await bring(files, file)).height, tip);
    assert.deepEqual(await rowsOf(files), await rowsOf(chain.files()));
  });

  test("db rollback-to refuses a height above the tip or below the kept history, and does nothing at the tip", async () => {
    const files = chain.copy();
    const journal = await rowsOf(files, ["journal", "meta"]);
    await assert.rejects(rollback(files, tip + 1), { code: "ROLLBACK_HEIGHT" });
    assert.deepEqual(await rollback(files, tip), { from: tip, to: tip });
    assert.deepEqual(await rowsOf(files, ["journal", "meta"]), journal);
    await change(files, [{ table: "history", key: heightKey(height(5)), value: undefined }]);
    await assert.rejects(rollback(files, 4), { code: "ROLLBACK_HISTORY", message: /height 4 is not kept/ });
    assert.deepEqual(await rollback(files, 5), { from: tip, to: 5 });
  });

  test("db verify names what is wrong: rows that are absent, changed, or too many", async () => {
    const files = chain.copy();
    const storage = await openFiles(files);
    const { store } = storage;
    const first = (table: string, at = 0) => [...store.range(table, { limit: at + 1 })].at(at)!;
    const flip = (value: Uint8Array, at = value.length - 1) => value.map((byte, i) => (i === at ? byte ^ 1 : byte));
    const two = heightKey(height(2));
    const hashOf = (key: Uint8Array) => store.get("headers", key)!.subarray(0, 32);
    const swap = (table: string, [key, value]: readonly [Uint8Array, Uint8Array], to: Uint8Array | undefined) => ({
      rows: [{ table, key, value: to }],
      back: [{ table, key, value }],
    });
    const row = (table: string, key: Uint8Array) => [key, store.get(table, key)!] as const;
    const cases: readonly (readonly [ReturnType<typeof swap>, RegExp])[] = [
      [swap("headers", row("headers", two), undefined), /height 2: the header is absent/],
      [
        swap("headers", row("headers", two), flip(store.get("headers", two)!)),
        /height 2: the header does not have its hash/,
      ],
      [
        swap("height_by_hash", row("height_by_hash", hashOf(two)), heightKey(height(3))),
        /height 2: its hash leads elsewhere/,
      ],
      [swap("blocks", row("blocks", hashOf(two)), undefined), /height 2: the body is absent/],
      [
        swap("blocks", row("blocks", hashOf(two)), store.get("blocks", hashOf(heightKey(height(3))))),
        /height 2: the body is another block's/,
      ],
      [swap("receipts", row("receipts", two), Uint8Array.of(0xc1, 0x01)), /height 2: the receipts have another root/],
      [swap("tx_index", first("tx_index"), undefined), /is not found by its hash/],
      [
        swap("tx_index", [u64Key(1), new Uint8Array(0)], Uint8Array.of(1)),
        /the table tx_index has 15 rows, the blocks have 14/,
      ],
      [swap("address_index", first("address_index"), undefined), /is not found under 0x/],
      [swap("log_index", first("log_index"), new Uint8Array(1)), /its logs are not found by 0x/],
      [swap("finality", row("finality", two), undefined), /height 2: nothing says that it is final/],
      [
        swap("notarizations", first("notarizations"), flip(first("notarizations")[1])),
        /certificate does not verify|malformed/,
      ],
      [swap("view_index", first("view_index"), flip(first("view_index")[1])), /does not lead to it \(view_index\)/],
      [swap("accounts", first("accounts"), undefined), /the state trie and the accounts are not the same/],
      [
        swap("meta", row("meta", metaKey.supply), flip(store.get("meta", metaKey.supply)!, 31)),
        /minted less burned is/,
      ],
      [swap("trie", first("trie", 3), flip(first("trie", 3)[1])), /the trie node at ".*" of 0+ is damaged/],
      [swap("storage", first("storage"), Uint8Array.of(9, 9)), /the storage trie and the slots of 0x/],
      [swap("code", first("code"), Uint8Array.of(1)), /the code of 0x.* is absent or damaged/],
      [swap("history", row("history", two), undefined), /the state history has a gap at 2/],
      [swap("journal", [u64Key(1), new Uint8Array(0)], Uint8Array.of(1)), /a record of the journal is malformed/],
      [swap("meta", row("meta", metaKeys.lastFinalized), undefined), /consensus stands at height \?/],
    ];
    for (const [{ rows, back }, expected] of cases) {
      await store.commit(rows);
      const { problems, problemCount } = await verify(files);
      assert.match(problems.join("\n"), expected);
      assert.equal(problemCount >= problems.length, true);
      const absent = back.map((one) =>
        one.value.length === 0 && one.table !== "address_index" ? { ...one, value: undefined } : one,
      );
      await store.commit(absent);
    }
    await storage.close();
    assert.deepEqual((await verify(files)).problems, []);
  });

  test("db verify finds a byte that the disk has changed", async () => {
    const files = chain.copy();
    const data = join(files.config.storage.path, "data.mdb");
    const bytes = readFileSync(data);
    const storage = await openFiles(files);
    const [, value] = [...storage.store.range("headers", { limit: 2 })].at(1)!;
    const at = bytes.indexOf(Buffer.from(value));
    await storage.close();
    assert.ok(at > 0 && statSync(data).size === bytes.length);
    const handle = openSync(data, "r+");
    writeSync(handle, Uint8Array.of(value[40]! ^ 1), 0, 1, at + 40);
    closeSync(handle);
    const { problems } = await verify(files);
    assert.match(problems.join("\n"), /the checksum of a row is wrong: headers 0x0000000000000001/);
  });

  test("db import refuses what is not this chain, and keeps what came before it", async () => {
    const raw = zstdDecompressSync(readFileSync(file));
    const records = recordsOf(raw);
    const other = join(chain.net.dir, "other.kairos.zst");
    const refused = async (bytes: Uint8Array, expected: object, files = chain.empty()) => {
      writeFileSync(other, bytes);
      await assert.rejects(bring(files, other), expected);
      return files;
    };
    const joined = (some: readonly Buffer[]) => zstdCompressSync(Buffer.concat(some));
    const damaged = { code: "CHAIN_FILE" };
    const untouched = await refused(raw, damaged);
    assert.equal(existsSync(untouched.config.storage.path), false);
    await refused(readFileSync(file).subarray(0, -40), damaged);
    await refused(joined(records.slice(0, -1)), { ...damaged, message: /cut off/ });
    await refused(joined(records.slice(1)), { ...damaged, message: /no head/ });
    await refused(joined([...records, records[1]!]), { ...damaged, message: /follows its end/ });
    await refused(joined([records[0]!, encodeRecord(9, Uint8Array.of(1))]), { ...damaged, message: /kind 9/ });
    await refused(joined([records[0]!, records[2]!]), { ...damaged, message: /not that of the block before/ });
    await refused(joined([records[0]!, records[1]!, records.at(-1)!]), { ...damaged, message: /ends at height 0/ });
    await refused(joined([records[0]!, records[3]!]), { code: "IMPORT_BLOCK", message: /BLOCK_UNKNOWN_PARENT/ });
    const head = readHead(records[0]!.subarray(5));
    const foreign = encodeRecord(recordKind.head, encodeHead({ ...head, genesisHash: "00".repeat(32) }));
    await refused(joined([foreign, ...records.slice(1)]), { code: "IMPORT_NETWORK" });
    const forged = Buffer.from(records[6]!);
    forged[forged.length - 1] = forged.at(-1)! ^ 1;
    const kept = await refused(joined([...records.slice(0, 6), forged]), { code: /IMPORT_BLOCK|CHAIN_FILE/ });
    const report = await verify(kept);
    assert.deepEqual([report.height, report.problems], [2, []]);
    const locked = chain.empty();
    const holder = await openFiles(locked);
    writeFileSync(other, joined(records));
    await assert.rejects(bring(locked, other), { code: "STORAGE_LOCKED" });
    await holder.close();
  });
});

/** Cuts an uncompressed chain file into its records, head included. */
function recordsOf(bytes: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    records.push(bytes.subarray(at, end));
    at = end;
  }
  return records;
}
