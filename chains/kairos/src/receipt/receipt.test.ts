import assert from "node:assert/strict";
import { test } from "node:test";
import { address, asciiBytes, concatBytes, digest, encodeRlp, rlpUint } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import fc from "fast-check";
import { codeOf, expectOk } from "../testing/expectOk.ts";
import { addToBloom } from "./bloom.ts";
import { decodeReceipt } from "./decodeReceipt.ts";
import { encodeReceipt, type Receipt } from "./encodeReceipt.ts";
import { type Log, paymentMemoLog, transferLog } from "./log.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const log: fc.Arbitrary<Log> = fc.record(
  {
    address: bytes(20).map((value) => address(value.toHex())),
    topics: fc.array(
      bytes(32).map((value) => digest(value.toHex())),
      { maxLength: 4 },
    ),
    data: fc.uint8Array({ maxLength: 300 }),
  },
  { noNullPrototype: true },
);
const receipt: fc.Arbitrary<Receipt> = fc.record(
  {
    type: fc.constantFrom(0, 1, 2, 0x4b),
    status: fc.constantFrom(0 as const, 1 as const),
    cumulativeGasUsed: fc.bigInt(0n, (1n << 53n) - 1n),
    logsBloom: bytes(256),
    logs: fc.array(log, { maxLength: 6 }),
  },
  { noNullPrototype: true },
);

test("a receipt is the type byte and the RLP of its four fields, and decodes to itself", () => {
  fc.assert(
    fc.property(receipt, (value) => {
      const encoded = encodeReceipt(value);
      const logs = value.logs.map((one) => [
        Uint8Array.fromHex(one.address),
        one.topics.map((topic) => Uint8Array.fromHex(topic)),
        one.data,
      ]);
      const plain = encodeRlp([rlpUint(value.status), rlpUint(value.cumulativeGasUsed), value.logsBloom, logs]);
      assert.deepEqual(encoded, value.type === 0 ? plain : concatBytes(Uint8Array.of(value.type), plain));
      assert.deepEqual(expectOk(decodeReceipt(encoded)), value);
      assert.equal(codeOf(decodeReceipt(encoded.subarray(0, -1))), "RECEIPT_FORMAT");
    }),
  );
});

test("a receipt with a field of the wrong shape is refused", () => {
  const good = [rlpUint(1), rlpUint(21000), new Uint8Array(256), []];
  const typed = (items: unknown[]) => concatBytes(Uint8Array.of(0x4b), encodeRlp(items as Uint8Array[]));
  assert.equal(codeOf(decodeReceipt(typed(good))), "ok");
  const wrong = [
    [0, rlpUint(2)],
    [0, []],
    [1, new Uint8Array(9).fill(1)],
    [2, new Uint8Array(255)],
    [3, new Uint8Array(0)],
    [3, [[new Uint8Array(19), [], new Uint8Array(0)]]],
    [3, [[new Uint8Array(20), [new Uint8Array(31)], new Uint8Array(0)]]],
    [3, [[new Uint8Array(20), Array.from({ length: 5 }, () => new Uint8Array(32)), new Uint8Array(0)]]],
    [3, [[new Uint8Array(20), [], []]]],
    [4, new Uint8Array(0)],
  ] as const;
  for (const [at, item] of wrong) {
    const items: unknown[] = [...good];
    items[at] = item;
    assert.equal(codeOf(decodeReceipt(typed(items))), "RECEIPT_FORMAT", `field ${at}`);
  }
});

test("a bloom has the three bits of every address and topic, in each given bloom", () => {
  fc.assert(
    fc.property(fc.array(log, { maxLength: 5 }), (logs) => {
      const expected = new Uint8Array(256);
      for (const one of logs) {
        for (const hex of [one.address, ...one.topics]) {
          const hash = keccak256(Uint8Array.fromHex(hex));
          for (const at of [0, 2, 4]) {
            const bit = ((hash[at]! * 256 + hash[at + 1]!) % 2048) | 0;
            expected[255 - Math.floor(bit / 8)]! |= 1 << (bit % 8);
          }
        }
      }
      const [first, second] = [new Uint8Array(256), new Uint8Array(256)];
      addToBloom(logs, first, second);
      assert.deepEqual(first, expected);
      assert.deepEqual(second, expected);
    }),
  );
});

const from = address("11".repeat(20));
const to = address("22".repeat(20));

test("U7: the Transfer log comes from the face, in units of 10^-6", () => {
  const one = transferLog(from, to, 1_500_000n);
  assert.equal(one.address, `36${"00".repeat(19)}`);
  // The topic every ERC-20 token has.
  assert.equal(one.topics[0], "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
  assert.deepEqual(one.topics.slice(1), [`${"00".repeat(12)}${from}`, `${"00".repeat(12)}${to}`]);
  assert.equal(BigInt(`0x${one.data.toHex()}`), 1_500_000n);
  for (const amount of [1n, (1n << 53n) - 1n, 1n << 53n, (1n << 128n) - 1n]) {
    assert.equal(BigInt(`0x${transferLog(from, to, amount).data.toHex()}`), amount);
  }
});

test("T16: the ref of a memo is the memo padded, or its hash above 32 bytes; its data is ABI bytes", () => {
  for (const length of [1, 31, 32, 33, 256]) {
    const memo = new Uint8Array(length).fill(0xab);
    const one = paymentMemoLog(from, to, memo);
    assert.equal(one.address, `36${"00".repeat(18)}01`);
    assert.equal(one.topics[0], keccak256(asciiBytes("PaymentMemo(address,address,bytes32,bytes)")).toHex());
    const padded = new Uint8Array(32);
    if (length <= 32) padded.set(memo);
    assert.equal(one.topics[3], length <= 32 ? padded.toHex() : keccak256(memo).toHex());
    assert.equal(one.data.length, 64 + Math.ceil(length / 32) * 32);
    assert.equal(BigInt(`0x${one.data.subarray(0, 32).toHex()}`), 32n);
    assert.equal(BigInt(`0x${one.data.subarray(32, 64).toHex()}`), BigInt(length));
    assert.deepEqual(one.data.subarray(64, 64 + length), memo);
    assert.ok(one.data.subarray(64 + length).every((byte) => byte === 0));
  }
});

test("the receipt of a known payment is frozen", () => {
  const logs = [transferLog(from, to, 7n), paymentMemoLog(from, to, Uint8Array.of(1))];
  const logsBloom = new Uint8Array(256);
  addToBloom(logs, logsBloom);
  const encoded = encodeReceipt({ type: 0x4b, status: 1, cumulativeGasUsed: 21_016n, logsBloom, logs });
  assert.equal(keccak256(encoded).toHex(), "eb6e2d583db6136f246b618c2dc40fd3888368fca0162a8888b6d519379c4efb");
});
