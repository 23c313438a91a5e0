import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KairosError } from "../errors/kairosError.ts";
import type { Json } from "../rpc/jsonRpc.ts";
import { readBlock, readFinal, readHistory, readStatus, readTransaction } from "./jsonRpcShapes.ts";
import { asBigInt, asNumber } from "./readJson.ts";

const transaction = {
  ...{ hash: "0x12", type: "0x4b", from: "0x51", to: "0x52", value: "0x5", nonce: "0x0", gas: "0x5208", input: "0x" },
  ...{ payments: [{ to: "0x52", amount: "0x5", memo: "0x" }], feePayer: null },
};
const receipt = {
  ...{ blockNumber: "0x7", blockHash: "0x99", transactionIndex: "0x1", status: "0x1", gasUsed: "0x5208" },
  ...{ effectiveGasPrice: "0x2", logs: [{ address: "0x36", topics: ["0x01"], data: "0x" }] },
};

test("a transaction and its receipt are read together", () => {
  const read = readFinal(readTransaction(transaction), receipt, 9);
  assert.deepEqual([read.type, read.height, read.index, read.status, read.fee], [0x4b, 7, 1, "succeeded", 42_000n]);
  assert.deepEqual(read.payments, [{ to: "0x52", amount: 5n, memo: "0x" }]);
  assert.equal(read.timestampMs, 9);
});

test("a malformed member is a KairosError, whatever it is", () => {
  const values: fc.Arbitrary<Json> = fc.oneof(fc.jsonValue() as fc.Arbitrary<Json>, fc.constant({ toString: 1 }));
  const kairosOnly = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      assert.ok(error instanceof KairosError, String(error));
    }
  };
  fc.assert(
    fc.property(values, fc.constantFrom(...Object.keys({ ...transaction, ...receipt })), (value, name) => {
      kairosOnly(() => readTransaction({ ...transaction, [name]: value }));
      kairosOnly(() => readFinal(readTransaction(transaction), { ...receipt, [name]: value }, 0));
      for (const read of [readTransaction, readStatus, readHistory]) kairosOnly(() => read(value));
      kairosOnly(() => readBlock(value, true));
    }),
  );
});

test("quantities have their form and their bounds", () => {
  assert.equal(asBigInt(`0x${"f".repeat(64)}`), (1n << 256n) - 1n);
  for (const bad of ["", "0x", "1", "0xg", 1, null, `0x${"f".repeat(65)}`])
    assert.throws(() => asBigInt(bad), KairosError);
  assert.throws(() => asNumber("0x20000000000000"), KairosError);
});
