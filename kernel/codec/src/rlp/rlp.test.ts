import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { bytesToHex } from "../hex/hex.ts";
import { decodeRlp, decodeRlpList } from "./decode.ts";
import { encodeRlp, rlpSize } from "./encode.ts";
import { readRlpBytes, readRlpNumber, readRlpUint, rlpUint } from "./integers.ts";
import type { RlpItem } from "./types.ts";

const limits = { maxBytes: 100_000, maxItems: 1000, maxDepth: 10 };
const hex = (text: string) => Uint8Array.fromHex(text);
const item: fc.Arbitrary<RlpItem> = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 6, depthSize: "small" },
    fc.oneof(fc.uint8Array({ maxLength: 3 }), fc.uint8Array({ minLength: 50, maxLength: 300 })),
    fc.array(tie("item"), { maxLength: 8 }),
  ),
})).item;

/** Byte arrays of different Buffers compare by content once they are hex. */
function plain(value: RlpItem): unknown {
  return value instanceof Uint8Array ? bytesToHex(value) : value.map(plain);
}

test("what is encoded decodes to the same item", () => {
  fc.assert(
    fc.property(item, (value) => {
      const encoded = encodeRlp(value);
      assert.equal(encoded.length, rlpSize(value));
      const decoded = decodeRlp(encoded, limits);
      assert.ok(decoded.ok);
      assert.deepEqual(plain(decoded.value), plain(value));
    }),
  );
});

test("whatever decodes encodes to the same bytes: there is one encoding of a value", () => {
  const mutated = fc
    .tuple(item, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }))
    .map(([value, edits]) => {
      const bytes = encodeRlp(value);
      for (const [at, byte] of edits) bytes[at % bytes.length] = byte;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 80 })), (bytes) => {
      const decoded = decodeRlp(bytes, limits);
      if (decoded.ok) assert.equal(bytesToHex(encodeRlp(decoded.value)), bytesToHex(bytes));
    }),
    { numRuns: 500 },
  );
});

const refused: readonly (readonly [string, string, string])[] = [
  ["nothing", "", "RLP_TRUNCATED"],
  ["a single byte behind a head", "8105", "RLP_NON_CANONICAL"],
  ["a long head for a short string", `b805${"aa".repeat(5)}`, "RLP_NON_CANONICAL"],
  ["a length with a leading zero", `b90038${"aa".repeat(56)}`, "RLP_NON_CANONICAL"],
  ["a long head for a short list", `f805${"01".repeat(5)}`, "RLP_NON_CANONICAL"],
  ["a string past the end", "83aabb", "RLP_TRUNCATED"],
  ["a length past the end", "b8", "RLP_TRUNCATED"],
  ["a length of eight bytes of ones", "bfffffffffffffffff", "RLP_TRUNCATED"],
  ["a string past the end of its list", "c283aabbcc", "RLP_TRUNCATED"],
  ["a second item", "0102", "RLP_TRAILING"],
];
for (const [name, input, code] of refused) {
  test(`refuses ${name}`, () => {
    const decoded = decodeRlp(hex(input), limits);
    assert.equal(decoded.ok ? "accepted" : decoded.fault.code, code);
  });
}

test("refuses more bytes, items or depth than the limits", () => {
  const code = (bytes: Uint8Array, changed: Partial<typeof limits>) => {
    const decoded = decodeRlp(bytes, { ...limits, ...changed });
    return decoded.ok ? "accepted" : decoded.fault.code;
  };
  const three = encodeRlp([hex("01"), hex("02")]);
  assert.equal(code(three, { maxBytes: 3, maxItems: 3, maxDepth: 1 }), "accepted");
  assert.equal(code(three, { maxBytes: 2 }), "RLP_TOO_LONG");
  assert.equal(code(three, { maxItems: 2 }), "RLP_TOO_MANY_ITEMS");
  assert.equal(code(three, { maxDepth: 0 }), "RLP_TOO_DEEP");
  assert.equal(code(hex("c2c1c0"), { maxDepth: 2 }), "RLP_TOO_DEEP");
  assert.equal(code(hex("c2c1c0"), { maxDepth: 3 }), "accepted");
  const list = decodeRlpList(hex("05"), limits);
  assert.equal(list.ok ? "accepted" : list.fault.code, "RLP_NOT_LIST");
});

test("integers are minimal and come back", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }), (value) => {
      const bytes = rlpUint(value);
      assert.notEqual(bytes[0], 0);
      assert.deepEqual(readRlpUint(bytes, 32), { ok: true, value });
    }),
  );
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      assert.deepEqual(readRlpNumber(rlpUint(value)), { ok: true, value });
      assert.deepEqual(readRlpUint(rlpUint(value), 8), { ok: true, value: BigInt(value) });
    }),
  );
});

test("refuses integers and byte strings of the wrong form", () => {
  const code = (result: { ok: boolean; fault?: { code: string } }) => result.fault?.code;
  assert.equal(code(readRlpUint(hex("00"), 8)), "RLP_INTEGER");
  assert.equal(code(readRlpUint(hex("0102"), 1)), "RLP_INTEGER");
  assert.equal(code(readRlpUint([], 8)), "RLP_NOT_BYTES");
  assert.equal(code(readRlpNumber(hex("20000000000000"))), "RLP_INTEGER");
  assert.equal(code(readRlpNumber(hex("0001"))), "RLP_INTEGER");
  assert.equal(code(readRlpNumber([])), "RLP_NOT_BYTES");
  assert.equal(code(readRlpBytes(hex("01"), 2)), "RLP_TRUNCATED");
  assert.equal(code(readRlpBytes(hex("010203"), 2)), "RLP_TOO_LONG");
  assert.equal(code(readRlpBytes([], 0)), "RLP_NOT_BYTES");
  assert.throws(() => rlpUint(-1n), RangeError);
  assert.throws(() => rlpUint(1.5), RangeError);
});

const vectors = new URL("../../../../../shared/vectors/rlp/", import.meta.url);
const missing = existsSync(vectors) ? false : "the folder ../shared with the public vectors is absent";

function fromVector(value: unknown): RlpItem {
  if (Array.isArray(value)) return value.map(fromVector);
  if (typeof value === "number") return rlpUint(value);
  const text = String(value);
  return text.startsWith("#") ? rlpUint(BigInt(text.slice(1))) : new TextEncoder().encode(text);
}

test("the public RLP vectors", { skip: missing }, () => {
  const cases = JSON.parse(readFileSync(new URL("rlptest.json", vectors), "utf8"));
  let count = 0;
  for (const [name, { in: value, out }] of Object.entries<{ in: unknown; out: string }>(cases)) {
    const expected = hex(out.slice(2));
    assert.equal(bytesToHex(encodeRlp(fromVector(value))), bytesToHex(expected), name);
    assert.ok(decodeRlp(expected, { maxBytes: 1 << 20, maxItems: 1 << 16, maxDepth: 64 }).ok, name);
    count++;
  }
  assert.ok(count > 20);
});

test("the public RLP vectors that must be refused", { skip: missing }, () => {
  const cases = JSON.parse(readFileSync(new URL("invalidRLPTest.json", vectors), "utf8"));
  let count = 0;
  for (const [name, { out }] of Object.entries<{ out: string }>(cases)) {
    const input = hex(out.replace(/^0x/, ""));
    assert.equal(decodeRlp(input, { maxBytes: 1 << 20, maxItems: 1 << 16, maxDepth: 64 }).ok, false, name);
    count++;
  }
  assert.ok(count > 20);
});
