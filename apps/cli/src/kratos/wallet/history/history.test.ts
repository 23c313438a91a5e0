import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Digest, digest, digestOf } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import fc from "fast-check";
import { readHistory, writeHistory } from "./historyFile.ts";
import { type History, type HistoryRecord, historyText, MAX_RECORDS, parseHistory } from "./historyRecord.ts";
import { failOvertaken, mergeRecords, putRecord } from "./merge.ts";

const secret = new Uint8Array(32).fill(9);
const owner = { secret, account: digestOf(ed25519.publicKey(secret)) };

function file(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "kratos-history-"));
  t.after(() => rmSync(dir, { recursive: true }));
  return join(dir, "history.json");
}

const hashes: fc.Arbitrary<Digest> = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => digestOf(bytes));
const records: fc.Arbitrary<HistoryRecord> = fc.record(
  {
    hash: hashes,
    direction: fc.constantFrom("Sent", "Received"),
    status: fc.constantFrom("Pending", "Confirmed", "Failed"),
    counterparty: fc.option(hashes, { nil: undefined }),
    amount: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    timestamp: fc.nat(),
    blockNumber: fc.option(fc.nat(), { nil: undefined }),
    nonce: fc.nat(),
    note: fc.option(fc.string(), { nil: undefined }),
  },
  { noNullPrototype: true },
);
const histories: fc.Arbitrary<History> = fc.record(
  {
    transactions: fc.array(records, { maxLength: 5 }),
    lastSyncedBlock: fc.nat(),
  },
  { noNullPrototype: true },
);
const record: HistoryRecord = {
  ...{ hash: digest("01".repeat(32)), direction: "Sent", status: "Pending", counterparty: digest("02".repeat(32)) },
  ...{ amount: 5n, timestamp: 7, blockNumber: undefined, nonce: 1, note: undefined },
};

test("a history comes back from the disk as it was, encrypted, of the owner alone, under a fresh salt and nonce", (t) => {
  const path = file(t);
  assert.deepEqual(readHistory(path, owner), { transactions: [], lastSyncedBlock: 0 });
  fc.assert(
    fc.property(histories, (history) => {
      writeHistory(path, owner, history);
      assert.deepEqual(readHistory(path, owner), history);
    }),
    { numRuns: 25 },
  );
  const history = { transactions: [record], lastSyncedBlock: 3 };
  const written = [0, 1].map(() => {
    writeHistory(path, owner, history);
    return JSON.parse(readFileSync(path, "utf8"));
  });
  for (const field of ["salt", "nonce", "encrypted"]) assert.notEqual(written[0][field], written[1][field]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(!readFileSync(path, "utf8").includes(record.hash));
});

test("any changed byte of a history, and another key, is detected", (t) => {
  const path = file(t);
  writeHistory(path, owner, { transactions: [record], lastSyncedBlock: 3 });
  const text = readFileSync(path, "utf8");
  const isRefused = () => {
    assert.throws(() => readHistory(path, owner), { code: "HISTORY_TAMPERED", exitCode: 5 });
  };
  for (let i = 0; i < text.length; i++) {
    writeFileSync(path, text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1));
    isRefused();
  }
  for (const other of ["", "{}", "null", text.slice(1), `${text} `]) {
    writeFileSync(path, other);
    isRefused();
  }
  writeFileSync(path, text);
  assert.throws(() => readHistory(path, { ...owner, secret: secret.with(0, 1) }), { code: "HISTORY_TAMPERED" });
  assert.equal(readHistory(path, owner).transactions.length, 1);
});

test("a record of another form is refused, field by field", () => {
  const good = JSON.parse(
    historyText({ transactions: [{ ...record, blockNumber: 4, note: "n" }], lastSyncedBlock: 1 }),
  );
  const parse = (changes: object, outer: object = {}) =>
    parseHistory(JSON.stringify({ ...good, transactions: [{ ...good.transactions[0], ...changes }], ...outer }));
  assert.equal(parse({}).transactions[0]?.note, "n");
  for (const changes of [
    { hash: "01" },
    { direction: "Both" },
    { status: "Final" },
    { counterparty: 5 },
    { amount: "-1" },
    { amount: 1.5 },
    { timestamp: -1 },
    { nonce: "1" },
    { block_number: 0.5 },
    { note: 7 },
  ]) {
    assert.throws(() => parse(changes), Error, JSON.stringify(changes));
  }
  assert.throws(() => parse({}, { last_synced_block: -1 }));
  assert.throws(() => parse({}, { transactions: {} }));
  assert.throws(() => parse({}, { transactions: Array(MAX_RECORDS + 1).fill(good.transactions[0]) }));
});

test("merging keeps each hash once, newest first, within the limit, and what the wallet knows itself", () => {
  const empty: History = { transactions: [], lastSyncedBlock: 0 };
  const known = putRecord(empty, { ...record, note: "rent" });
  const merged = mergeRecords(known, [{ ...record, blockNumber: 9 }]);
  assert.deepEqual(merged.transactions, [{ ...record, note: "rent", blockNumber: 9 }]);
  fc.assert(
    fc.property(fc.array(records, { maxLength: 8 }), fc.array(records, { maxLength: 8 }), (first, second) => {
      const both = mergeRecords(mergeRecords(empty, first), [...first, ...second]).transactions;
      assert.equal(new Set(both.map(({ hash }) => hash)).size, both.length);
      const blocks = both.map(({ blockNumber }) => blockNumber ?? Number.MAX_SAFE_INTEGER);
      assert.deepEqual(
        blocks,
        blocks.toSorted((a, b) => b - a),
      );
    }),
  );
  const many = Array.from({ length: MAX_RECORDS + 5 }, (_, i) => {
    return { ...record, hash: digest(i.toString(16).padStart(64, "0")), blockNumber: i };
  });
  const kept = mergeRecords(empty, many).transactions;
  assert.deepEqual([kept.length, kept[0]?.blockNumber], [MAX_RECORDS, MAX_RECORDS + 4]);
});

test("only what a final transaction of the same nonce has overtaken is failed by counting", () => {
  const other = (changes: Partial<HistoryRecord>) => ({ ...record, hash: digest("03".repeat(32)), ...changes });
  const status = (changes: Partial<HistoryRecord>) =>
    failOvertaken({ transactions: [record, other(changes)], lastSyncedBlock: 0 }).transactions[0]!.status;
  assert.equal(status({ status: "Confirmed", blockNumber: 5 }), "Failed");
  assert.equal(status({ status: "Failed", blockNumber: 5 }), "Failed");
  assert.equal(status({ status: "Pending", blockNumber: 5 }), "Pending");
  assert.equal(status({ status: "Confirmed", blockNumber: 5, nonce: 2 }), "Pending");
  assert.equal(status({ status: "Confirmed", blockNumber: 5, direction: "Received" }), "Pending");
});

test("a history that was written before still opens (frozen vector)", (t) => {
  const path = file(t);
  const encrypted =
    "OpR4kblubynNIxmEjW+Wkrzn+f74OqZ4XMOW7+2H/yFZpyX9rQbCytoec1+PwBTWA9hpOE0WnZNdqAkTN8Ir/H7H79C9XyPivW/gPvIb1ZqfClquIYgFXf/P7CmVvwSKdamNpiQaCMyLRCi+0uSWHOSaZTVOwO5OaeRv5FvychapV/sq3NBCl9mVh9cwbHaaSIZ+ALjU3PBLDFXHX3EoOTS/Pi6dAOpqhLh3dKF09eNXmEcKeZmQgNworTO+Rkdu3hoWItMalxx4h9UN2W/gDZ5Kr4lcoQ/exLIfVfnSbhkcYwttarJ11jZW7/sMWUNex/sRA1j4iXtOOfgvAefAVkLWmEZyigkX+EMDZ8rf+Bx2h8Asx7C8ZlzGUFUTj7zkpYMTKlFCrFtBwS3KrWqFm2ixmLWnMESKU0/jj2p5epm37A==";
  const fields = { version: 1, salt: "8d5d5365b633e8c63a924d7e1c238175", nonce: "f50d6991ad91b2c115380490", encrypted };
  writeFileSync(path, `${JSON.stringify(fields)}\n`);
  const written = { ...record, status: "Confirmed", blockNumber: 3, note: "rent" };
  assert.deepEqual(readHistory(path, owner), { transactions: [written], lastSyncedBlock: 3 });
});
