import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeParams } from "./decodeParams.ts";
import { address, blockRef, boolean, data, hash, object, optional, quantity, text } from "./params.ts";
import type { ParamSpec } from "./types.ts";

function accepts(spec: ParamSpec, given: unknown, want: unknown): void {
  const decoded = decodeParams([spec], [given]);
  assert.ok(decoded.ok, `${spec.type} refused ${JSON.stringify(given)}`);
  assert.deepEqual(decoded.value[0], want);
}

function refuses(spec: ParamSpec, given: unknown, pattern = /thing/): void {
  const decoded = decodeParams([spec], [given]);
  assert.ok(!decoded.ok, `${spec.type} accepted ${JSON.stringify(given)}`);
  assert.equal(decoded.error.code, -32602);
  assert.match(decoded.error.message, pattern);
  assert.ok(decoded.error.message.length < 300);
}

test("quantities are canonical 0x numbers", () => {
  accepts(quantity("thing"), "0x0", 0n);
  accepts(quantity("thing"), "0xFf", 255n);
  accepts(quantity("thing", 64), "0xffffffffffffffff", 2n ** 64n - 1n);
  for (const bad of [
    "0x",
    "0x00",
    "0x01",
    "-0x1",
    "0x-1",
    "1",
    1,
    Number.POSITIVE_INFINITY,
    -0,
    "",
    "0xg",
    "0X1",
    "0x1 ",
    " 0x1",
    {},
    [],
  ]) {
    refuses(quantity("thing"), bad);
  }
  refuses(quantity("thing", 64), "0x10000000000000000");
  refuses(quantity("thing"), `0x${"f".repeat(65)}`);
  refuses(quantity("thing"), null);
  refuses(quantity("thing"), undefined, /missing value for required parameter thing/);
});

test("data is whole bytes within its limit", () => {
  accepts(data("thing", 2), "0x", new Uint8Array(0));
  accepts(data("thing", 2), "0xABcd", Uint8Array.of(0xab, 0xcd));
  for (const bad of ["0xabc", "abcd", "0xzz", "0xabz1", "0x\ud800\ud800", 7, "0xab 1"]) refuses(data("thing", 9), bad);
  refuses(data("thing", 2), "0x010203", /thing: 3 bytes, the limit is 2/);
});

test("data round-trips", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      accepts(data("thing", 64), `0x${Buffer.from(bytes).toString("hex")}`, bytes);
    }),
  );
});

test("addresses and hashes have their exact length and come out lower-case", () => {
  accepts(address("thing"), `0x${"Ab".repeat(20)}`, "ab".repeat(20));
  accepts(hash("thing"), `0x${"0F".repeat(32)}`, "0f".repeat(32));
  for (const bad of [`0x${"ab".repeat(19)}`, `0x${"ab".repeat(21)}`, "ab".repeat(21), `0x${"ag".repeat(20)}`, 0]) {
    refuses(address("thing"), bad);
    refuses(hash("thing"), bad);
  }
});

test("block references: tags, heights, hashes, EIP-1898", () => {
  const digest = "11".repeat(32);
  accepts(blockRef("thing"), "latest", { kind: "tag", tag: "latest" });
  accepts(blockRef("thing"), "0x10", { kind: "number", height: 16 });
  accepts(blockRef("thing"), `0x${digest}`, { kind: "hash", hash: digest });
  accepts(blockRef("thing"), { blockHash: `0x${digest}`, requireCanonical: true }, { kind: "hash", hash: digest });
  accepts(blockRef("thing"), { blockNumber: "0x2" }, { kind: "number", height: 2 });
  for (const bad of ["newest", "0x01", "16", 16, {}, { blockHash: `0x${digest}`, blockNumber: "0x1" }, { x: 1 }, []]) {
    refuses(blockRef("thing"), bad);
  }
  refuses(blockRef("thing"), `0x${"f".repeat(14)}`);
  refuses(blockRef("thing", false), `0x${digest}`);
});

test("objects have only their known fields, and a polluting key is an unknown one", () => {
  const spec = object("thing", [optional(boolean("on")), optional(text("label", 3))]);
  accepts(spec, { on: true, label: "abc" }, Object.assign(Object.create(null), { on: true, label: "abc" }));
  refuses(spec, JSON.parse('{"__proto__": {"on": true}}'), /thing: unknown field "__proto__"/);
  refuses(spec, { constructor: 1 }, /unknown field "constructor"/);
  refuses(spec, { on: 1 }, /thing\.on/);
  refuses(spec, { label: "abcd" }, /thing\.label/);
  assert.equal(({} as { on?: boolean }).on, undefined);
});

test("parameters are positional, complete and not too many", () => {
  const specs = [quantity("first"), optional(boolean("second"))];
  assert.deepEqual(decodeParams(specs, ["0x1"]), { ok: true, value: [1n, undefined] });
  assert.deepEqual(decodeParams(specs, ["0x1", null]), { ok: true, value: [1n, undefined] });
  const faults: [unknown, RegExp][] = [
    [[], /parameter first/],
    [undefined, /parameter first/],
    [{ first: "0x1" }, /must be an array/],
    [["0x1", true, 1], /too many parameters: want at most 2, got 3/],
    ["0x1", /must be an array/],
  ];
  for (const [given, pattern] of faults) {
    const decoded = decodeParams(specs, given);
    assert.ok(!decoded.ok);
    assert.match(decoded.error.message, pattern);
  }
});

test("decoding is total on any JSON", () => {
  const specs = [quantity("a"), data("b", 8), address("c"), hash("d"), blockRef("e"), boolean("f"), text("g", 4)];
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 9 }), (params) => {
      const decoded = decodeParams(specs, params);
      assert.ok(decoded.ok || decoded.error.code === -32602);
    }),
  );
});
