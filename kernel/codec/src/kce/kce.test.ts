import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Digest } from "../units.ts";
import { decodeKce, encodeKce } from "./codec.ts";
import { kceEnumeration, kceList, kceMap, kceOptional, kceRecord, kceVariant } from "./composites.ts";
import {
  kceBool,
  kceBytes,
  kceCounter,
  kceDigest,
  kceFixed,
  kceText,
  kceU8,
  kceU32,
  kceU64,
  kceU128,
} from "./scalars.ts";
import type { Kce, KceValue } from "./types.ts";

const everything = kceRecord({
  a: kceU8,
  b: kceU32,
  c: kceU64,
  d: kceU128,
  time: kceCounter,
  flag: kceBool,
  hash: kceDigest,
  raw: kceFixed(3),
  data: kceBytes(20),
  name: kceText(40),
  some: kceOptional(kceU32),
  list: kceList(kceRecord({ x: kceU8, y: kceOptional(kceBool) }), 5),
  level: kceEnumeration(["low", "middle", "high"]),
  call: kceVariant({
    transfer: kceRecord({ to: kceFixed(2), amount: kceU128 }),
    burn: kceRecord({}),
    name: kceRecord({ text: kceText(9) }),
  }),
});
type Everything = KceValue<typeof everything>;

const plain = { noNullPrototype: true } as const;
const byte = fc.integer({ min: 0, max: 255 });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const value: fc.Arbitrary<Everything> = fc.record(
  {
    a: byte,
    b: u32,
    c: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    d: fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
    time: fc.maxSafeNat(),
    flag: fc.boolean(),
    hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toHex() as Digest),
    raw: fc.uint8Array({ minLength: 3, maxLength: 3 }),
    data: fc.uint8Array({ maxLength: 20 }),
    name: fc.string({ unit: "binary", maxLength: 10 }),
    some: fc.option(u32, { nil: undefined }),
    list: fc.array(fc.record({ x: byte, y: fc.constantFrom(true, false, undefined) }, plain), { maxLength: 5 }),
    level: fc.constantFrom("low", "middle", "high"),
    call: fc.oneof(
      fc.record(
        {
          kind: fc.constant("transfer" as const),
          to: fc.uint8Array({ minLength: 2, maxLength: 2 }),
          amount: fc.bigInt({ min: 0n, max: 9n }),
        },
        plain,
      ),
      fc.record({ kind: fc.constant("burn" as const) }, plain),
      fc.record({ kind: fc.constant("name" as const), text: fc.string({ maxLength: 3 }) }, plain),
    ),
  },
  plain,
);

test("what is encoded decodes to the same value", () => {
  fc.assert(
    fc.property(value, (one) => {
      const decoded = decodeKce(everything, encodeKce(everything, one), 1000);
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.value, one);
    }),
  );
});

test("whatever decodes encodes to the same bytes", () => {
  fc.assert(
    fc.property(value, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, at, by) => {
      const bytes = encodeKce(everything, one);
      bytes[at % bytes.length]! ^= by;
      const decoded = decodeKce(everything, bytes, 1000);
      if (decoded.ok) assert.equal(encodeKce(everything, decoded.value).toHex(), bytes.toHex());
      const cut = decodeKce(everything, bytes.subarray(0, at % bytes.length), 1000);
      assert.equal(cut.ok, false);
    }),
    { numRuns: 500 },
  );
});

test("the encodings of the table of kratos-core 1.6", () => {
  const rows: readonly (readonly [string, string])[] = [
    [encodeKce(kceU8, 7).toHex(), "07"],
    [encodeKce(kceU32, 0x01020304).toHex(), "04030201"],
    [encodeKce(kceU64, 1n).toHex(), "0100000000000000"],
    [encodeKce(kceU128, 256n).toHex(), `0001${"00".repeat(14)}`],
    [encodeKce(kceBool, true).toHex(), "01"],
    [encodeKce(kceFixed(2), Uint8Array.of(1, 2)).toHex(), "0102"],
    [encodeKce(kceBytes(9), Uint8Array.of(1, 2)).toHex(), "02000000000000000102"],
    [encodeKce(kceText(9), "é").toHex(), "0200000000000000c3a9"],
    [encodeKce(kceOptional(kceU8), undefined).toHex(), "00"],
    [encodeKce(kceOptional(kceU8), 5).toHex(), "0105"],
    [encodeKce(kceList(kceU8, 9), [1, 2]).toHex(), "02000000000000000102"],
    [encodeKce(kceRecord({ b: kceU8, a: kceU8 }), { a: 1, b: 2 }).toHex(), "0201"],
    [encodeKce(kceEnumeration(["x", "y"]), "y").toHex(), "01000000"],
    [
      encodeKce(kceVariant({ x: kceRecord({}), y: kceRecord({ v: kceU8 }) }), { kind: "y", v: 9 }).toHex(),
      "0100000009",
    ],
  ];
  for (const [got, expected] of rows) assert.equal(got, expected);
});

const refused: readonly (readonly [string, Kce<never>, string, string])[] = [
  ["trailing bytes", kceU8 as Kce<never>, "0102", "KCE_TRAILING"],
  ["an integer cut short", kceU64 as Kce<never>, "01", "KCE_TRUNCATED"],
  ["a counter of 2^53", kceCounter as Kce<never>, "0000000000002000", "KCE_INTEGER"],
  ["a bool of 2", kceBool as Kce<never>, "02", "KCE_TAG"],
  ["an optional marker of 2", kceOptional(kceU8) as Kce<never>, "0201", "KCE_TAG"],
  ["an unknown variant", kceVariant({ x: kceRecord({}) }) as Kce<never>, "01000000", "KCE_TAG"],
  ["an unknown name", kceEnumeration(["x", "y"]) as Kce<never>, "02000000", "KCE_TAG"],
  ["a count above the limit", kceList(kceU8, 1) as Kce<never>, "02000000000000000102", "KCE_TOO_LONG"],
  ["a count above the input", kceList(kceU8, 9) as Kce<never>, "030000000000000001", "KCE_TOO_LONG"],
  ["a count of 2^64-1", kceBytes(99) as Kce<never>, "ffffffffffffffff", "KCE_TOO_LONG"],
  ["a length above the limit", kceBytes(1) as Kce<never>, "02000000000000000102", "KCE_TOO_LONG"],
  ["an overlong UTF-8 form", kceText(9) as Kce<never>, "0200000000000000c080", "KCE_TEXT"],
  ["half a surrogate pair", kceText(9) as Kce<never>, "0300000000000000eda080", "KCE_TEXT"],
  ["a hash cut short", kceDigest as Kce<never>, "00", "KCE_TRUNCATED"],
];
for (const [name, codec, input, code] of refused) {
  test(`refuses ${name}`, () => {
    const decoded = decodeKce(codec, Uint8Array.fromHex(input), 1000);
    assert.equal(decoded.ok ? "accepted" : decoded.fault.code, code);
  });
}

test("a byte order mark is part of the text", () => {
  const bytes = encodeKce(kceText(9), "\ufeffa");
  assert.deepEqual(decodeKce(kceText(9), bytes, 100), { ok: true, value: "\ufeffa" });
});

test("input above the limit is not read", () => {
  const decoded = decodeKce(kceU8, Uint8Array.of(1), 0);
  assert.equal(decoded.ok ? "accepted" : decoded.fault.code, "KCE_TOO_LONG");
});

test("values outside their type are our own mistake", () => {
  assert.throws(() => encodeKce(kceU8, 256), RangeError);
  assert.throws(() => encodeKce(kceU32, -1), RangeError);
  assert.throws(() => encodeKce(kceU64, 1n << 64n), RangeError);
  assert.throws(() => encodeKce(kceCounter, 2 ** 53), RangeError);
  assert.throws(() => encodeKce(kceFixed(2), new Uint8Array(3)), RangeError);
  assert.throws(() => encodeKce(kceBytes(2), new Uint8Array(3)), RangeError);
  assert.throws(() => encodeKce(kceText(9), "\ud800"), RangeError);
  assert.throws(() => encodeKce(kceList(kceU8, 1), [1, 2]), RangeError);
  assert.throws(() => kceRecord({ 1: kceU8 }), RangeError);
});

test("a mapped codec keeps the bytes", () => {
  const doubled = kceMap(
    kceU8,
    (x) => x * 2,
    (x) => x / 2,
  );
  assert.equal(encodeKce(doubled, 6).toHex(), "03");
  assert.deepEqual(decodeKce(doubled, Uint8Array.of(3), 1), { ok: true, value: 6 });
});
