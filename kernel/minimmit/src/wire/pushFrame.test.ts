import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeRlp, type RlpItem } from "@polis/codec";
import fc from "fast-check";
import { certificates, wireContext } from "../testing/arbitraries.ts";
import { decodeFinalizedPush, encodeFinalizedPush } from "./pushFrame.ts";
import { frameTypes, maxBodyBytes } from "./types.ts";

const LIMIT = maxBodyBytes(frameTypes.finalizedPush, 1000)!;
const item = fc.record(
  {
    block: fc.uint8Array({ minLength: 1, maxLength: 1000 }),
    certificate: fc.option(certificates, { nil: undefined }),
  },
  { noNullPrototype: true },
);

test("every push survives the wire (N17)", () => {
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), (items) => {
      const { type, body } = encodeFinalizedPush(items, 6, 1000);
      assert.equal(type, 0x30);
      assert.deepEqual(decodeFinalizedPush(body, wireContext), { ok: true, value: items });
    }),
  );
});

test("the bytes of a push are frozen", () => {
  const push = [
    { block: Uint8Array.of(1, 2), certificate: undefined },
    { block: Uint8Array.of(3), certificate: undefined },
  ];
  assert.equal(encodeFinalizedPush(push, 6, 1000).body.toHex(), "c8c482010280c20380");
});

test("a run that does not fit into one frame is pushed as its last block", () => {
  const items = Array.from({ length: 100 }, (_, i) => ({
    block: new Uint8Array(1000).fill(i),
    certificate: undefined,
  }));
  const { body } = encodeFinalizedPush(items, 6, 1000);
  assert.ok(body.length <= LIMIT);
  assert.deepEqual(decodeFinalizedPush(body, wireContext), { ok: true, value: items.slice(-1) });
});

test("malformed pushes are refused, and any bytes give a push or a fault", () => {
  const read = (rlp: RlpItem): string => {
    const decoded = decodeFinalizedPush(encodeRlp(rlp), wireContext);
    return decoded.ok ? "accepted" : decoded.fault.code;
  };
  const none = new Uint8Array(0);
  const one = Uint8Array.of(1);
  assert.equal(read([[one, none]]), "accepted");
  assert.equal(read([]), "WIRE_LIST");
  assert.equal(read([one]), "WIRE_LIST");
  assert.equal(read([[one]]), "WIRE_LIST");
  assert.equal(read([[none, none]]), "WIRE_LIST");
  assert.equal(read([[new Uint8Array(1001), none]]), "WIRE_LIST");
  assert.equal(read([[one, one]]), "CERTIFICATE_LENGTH");
  assert.equal(read(new Array(128).fill([one, none])), "accepted");
  assert.equal(read(new Array(129).fill([one, none])), "RLP_TOO_MANY_ITEMS");
  const long = decodeFinalizedPush(new Uint8Array(LIMIT + 1), wireContext);
  assert.ok(!long.ok && long.fault.code === "WIRE_TOO_LONG");
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (body) => void decodeFinalizedPush(body, wireContext)));
});
