import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digest, encodeRlp, rlpUint } from "@polis/codec";
import fc from "fast-check";
import {
  decodeTxAnnounce,
  decodeTxBatch,
  decodeTxRequest,
  encodeTxAnnounce,
  encodeTxBatch,
  encodeTxRequest,
  TX_ITEMS_MAX,
} from "./wire.ts";

const anyDigest = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b): Digest => digest(b.toHex()));

test("announcements, requests and batches round-trip", () => {
  const item = fc.record(
    { hash: anyDigest, sizeBytes: fc.nat(131_072), feeCap: fc.bigInt(0n, 2n ** 128n - 1n) },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(item, { maxLength: 20 }), (items) => {
      assert.deepEqual(decodeTxAnnounce(encodeTxAnnounce(items)), { ok: true, value: items });
    }),
  );
  fc.assert(
    fc.property(fc.nat(), fc.array(anyDigest, { maxLength: 20 }), (requestId, hashes) => {
      assert.deepEqual(decodeTxRequest(encodeTxRequest(requestId, hashes)), { ok: true, value: { requestId, hashes } });
    }),
  );
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (requestId, envelopes) => {
      assert.deepEqual(decodeTxBatch(encodeTxBatch(requestId, envelopes)), {
        ok: true,
        value: { requestId, envelopes },
      });
    }),
  );
});

test("any bytes give a value or a fault, never an exception", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const decode of [decodeTxAnnounce, decodeTxRequest, decodeTxBatch]) {
        assert.equal(typeof decode(bytes).ok, "boolean");
      }
    }),
  );
});

test("each malformed field is refused", () => {
  const hash = new Uint8Array(32);
  const refused = [
    decodeTxAnnounce(encodeRlp([[hash, rlpUint(1)]])),
    decodeTxAnnounce(encodeRlp([[hash.subarray(1), rlpUint(1), rlpUint(1)]])),
    decodeTxAnnounce(encodeRlp([[hash, rlpUint(1), rlpUint(2n ** 128n)]])),
    decodeTxRequest(encodeRlp([rlpUint(1), [hash.subarray(1)]])),
    decodeTxRequest(encodeRlp([rlpUint(1), [hash], []])),
    decodeTxBatch(encodeRlp([rlpUint(1), [[hash]]])),
    decodeTxBatch(encodeRlp([rlpUint(1), new Uint8Array(0)])),
    decodeTxBatch(encodeTxBatch(0, new Array(TX_ITEMS_MAX + 1).fill(hash))),
  ];
  for (const result of refused) assert.equal(result.ok, false);
});

test("the bytes are frozen", () => {
  const hash = digest("11".repeat(32));
  assert.equal(encodeTxRequest(5, [hash]).toHex(), `e305e1a0${"11".repeat(32)}`);
  assert.equal(encodeTxBatch(0, [Uint8Array.of(0x4b, 0xc0)]).toHex(), "c580c3824bc0");
  assert.equal(
    encodeTxAnnounce([{ hash, sizeBytes: 300, feeCap: 47_619_047_620n }]).toHex(),
    `ebeaa0${"11".repeat(32)}82012c850b165100c4`,
  );
});
