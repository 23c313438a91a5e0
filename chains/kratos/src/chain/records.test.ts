import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeKce, digest, encodeKce, height, krat12 } from "@polis/codec";
import fc from "fast-check";
import { kcePlace, kceRef, kceUnfinal, readStored, type UnfinalRecord } from "./records.ts";
import { historyKey, numberKey, placeKey } from "./tables.ts";

const bytes = fc.uint8Array({ maxLength: 40 });
const receipt = fc.record({
  success: fc.boolean(),
  fee: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(krat12),
  code: fc.option(fc.constantFrom("InvalidAmount", "InsufficientBalance"), { nil: undefined }),
});
const record: fc.Arbitrary<UnfinalRecord> = fc.record({
  changes: fc.array(
    fc.record({ name: fc.string({ maxLength: 20 }), key: bytes, value: fc.option(bytes, { nil: undefined }) }),
  ),
  outcome: fc.record({ receipts: fc.array(receipt), events: fc.array(bytes) }),
});

test("what is stored of an unfinal block reads back, and a cut or longer row does not", () => {
  fc.assert(
    fc.property(record, (value) => {
      const encoded = encodeKce(kceUnfinal, value);
      assert.deepEqual(encodeKce(kceUnfinal, readStored(kceUnfinal, encoded, "row")), encoded);
      assert.equal(readStored(kceUnfinal, encoded, "row").changes.length, value.changes.length);
      assert.equal(decodeKce(kceUnfinal, encoded.subarray(1), 1_000_000).ok, false);
      assert.throws(() => readStored(kceUnfinal, Uint8Array.from([...encoded, 0]), "row"), /the stored row is damaged/);
    }),
  );
});

test("frozen rows", () => {
  const hash = digest("ab".repeat(32));
  const value: UnfinalRecord = {
    changes: [{ name: "meta", key: Uint8Array.of(1), value: undefined }],
    outcome: { receipts: [{ success: true, fee: krat12(7n), code: "X" }], events: [Uint8Array.of(9)] },
  };
  assert.equal(encodeKce(kceUnfinal, value).toHex(), FROZEN);
  assert.equal(encodeKce(kcePlace, { number: height(5), index: 6 }).toHex(), "050000000000000006000000");
  assert.equal(encodeKce(kceRef, { number: height(5), hash }).toHex(), `0500000000000000${hash}`);
  assert.equal(numberKey(height(258)).toHex(), "0000000000000102");
  assert.equal(placeKey(height(258), hash).toHex(), `0000000000000102${hash}`);
  assert.equal(historyKey(hash, height(258), 3).toHex(), `${hash}000000000000010200000003`);
});

const FROZEN =
  "010000000000000004000000000000006d6574610100000000000000010001000000000000000107000000000000000000000000000000010100000000000000580100000000000000010000000000000009";
