import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ChainHead, encodeHead, encodeRecord, maxRecordBytes, readHead, readRecords } from "./records.ts";

const head: ChainHead = {
  format: "kairos-chain",
  version: 1,
  network: "local",
  chainId: 52_470,
  genesisHash: "ab".repeat(32),
  from: 1,
  to: 9,
};

async function* inPieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < places.length; i++) yield bytes.subarray(places[i - 1], places[i]);
}

async function read(bytes: Buffer, cuts: readonly number[] = []) {
  const found: (readonly [number, string])[] = [];
  for await (const { kind, bytes: content } of readRecords(inPieces(bytes, cuts))) {
    found.push([kind, Buffer.from(content).toString("hex")]);
  }
  return found;
}

test("records come back as they were, wherever the stream is cut", async () => {
  const record = fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 60 }));
  const cuts = fc.array(fc.nat(2_000), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 12 }), cuts, async (records, places) => {
      const bytes = Buffer.concat(records.map(([kind, content]) => encodeRecord(kind, content)));
      const plain = records.map(([kind, content]) => [kind, Buffer.from(content).toString("hex")]);
      assert.deepEqual(await read(bytes, places), plain);
    }),
  );
});

test("the layout is frozen; a stream that is cut off or a record that is too long is refused", async () => {
  const bytes = encodeRecord(2, Uint8Array.of(7, 8));
  assert.equal(bytes.toString("hex"), "02000000020708");
  for (let length = 1; length < bytes.length; length++) {
    await assert.rejects(read(bytes.subarray(0, length)), { code: "CHAIN_FILE", message: /cut off/ });
  }
  const long = Buffer.from(bytes);
  long.writeUInt32BE(maxRecordBytes + 1, 1);
  await assert.rejects(read(long), { code: "CHAIN_FILE", message: /a record has/ });
});

test("a head comes back as it was; any field missing, unknown or wrong is refused", () => {
  assert.deepEqual(readHead(encodeHead(head)), head);
  assert.ok(encodeHead(head).toString().startsWith('{"format":"kairos-chain","version":1,"network":"local"'));
  const refused = (document: unknown) =>
    assert.throws(() => readHead(Buffer.from(JSON.stringify(document))), { code: "CHAIN_FILE" });
  for (const name of Object.keys(head)) {
    const { [name as keyof ChainHead]: _left, ...others } = head;
    refused(others);
    refused({ ...head, [name]: null });
  }
  refused({ ...head, more: 1 });
  refused({ ...head, version: 2 });
  refused({ ...head, from: -1 });
  refused([]);
  assert.throws(() => readHead(Buffer.from("{")), { code: "CHAIN_FILE" });
});
