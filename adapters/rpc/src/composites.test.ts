import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeParams } from "./decodeParams.ts";
import { address, blockRef, hash, json, list, map, number, object, optional, quantity, union } from "./params.ts";
import type { ParamSpec } from "./types.ts";

function decode(spec: ParamSpec, given: unknown): unknown {
  const decoded = decodeParams([spec], [given]);
  assert.ok(decoded.ok, JSON.stringify(given));
  return decoded.value[0];
}

function refuses(spec: ParamSpec, given: unknown, pattern: RegExp): void {
  const decoded = decodeParams([spec], [given]);
  assert.ok(!decoded.ok, `${spec.type} accepted ${JSON.stringify(given)}`);
  assert.equal(decoded.error.code, -32602);
  assert.match(decoded.error.message, pattern);
  assert.ok(decoded.error.message.length < 300);
}

const topic = `0x${"ab".repeat(32)}`;
const topics = list("topics", optional(union("topic", [hash("t"), list("t", hash("t"), 2)], "a topic or a list")), 4);

test("lists have a bound, and their optional items may be null", () => {
  assert.deepEqual(decode(topics, [null, topic, [topic, topic]]), [
    undefined,
    "ab".repeat(32),
    ["ab".repeat(32), "ab".repeat(32)],
  ]);
  refuses(topics, [null, null, null, null, null], /topics: 5 entries, the limit is 4/);
  refuses(topics, [[topic, topic, topic]], /topics\[0\]: 3 entries, the limit is 2/);
  refuses(topics, [topic, "0x12"], /topics\[1\]: want 32 bytes/);
  refuses(topics, [7], /topics\[0\]: want a topic or a list, got 7/);
  refuses(topics, { 0: topic }, /topics: want an array, got a value of type object/);
});

test("maps go by address or hash, in any case and once each", () => {
  const spec = map("overrides", "address", object("account", [optional(quantity("balance"))]), 2);
  const key = "Ab".repeat(20);
  const decoded = decode(spec, { [`0x${key}`]: { balance: "0x5" } }) as Map<string, { balance: bigint }>;
  assert.equal(decoded.get(key.toLowerCase())?.balance, 5n);
  refuses(spec, { [`0x${key}`]: {}, [`0x${key.toLowerCase()}`]: {} }, /overrides: "0xabab.*comes twice/);
  refuses(spec, { "0x12": {} }, /overrides: want keys of 20 bytes/);
  refuses(spec, JSON.parse('{"__proto__": {}}'), /keys of 20 bytes/);
  refuses(spec, { [`0x${key}`]: { balance: 5 } }, /overrides\.0xAbAb.*\.balance/);
  const three = Object.fromEntries([1, 2, 3].map((i) => [`0x${String(i).repeat(40)}`, {}]));
  refuses(spec, three, /3 entries, the limit is 2/);
});

test("a union judges by the member of the same JSON kind, so the error names the wrong field", () => {
  const spec = union("which", [object("o", [quantity("gas")]), blockRef("b", false)], "an object or a block");
  assert.deepEqual(decode(spec, "latest"), { kind: "tag", tag: "latest" });
  refuses(spec, "newest", /which: want a block tag/);
  refuses(spec, 3, /which: want an object or a block, got 3/);
  refuses(union("which", [object("o", [quantity("gas")]), quantity("q")], "x"), { gas: 1 }, /which\.gas/);
});

test("an open object ignores what it does not know", () => {
  const spec: ParamSpec = { name: "call", type: "object", open: true, fields: [optional(address("to"))] };
  assert.deepEqual({ ...(decode(spec, { to: null, type: "0x2" }) as object) }, { to: undefined });
});

test("a number is an integer or a quantity in any spelling", () => {
  const given: [unknown, bigint][] = [
    [0, 0n],
    [60, 60n],
    ["0x003c", 60n],
    ["0x0", 0n],
  ];
  for (const [value, want] of given) assert.equal(decode(number("n", 32), value), want);
  for (const bad of [-1, 1.5, 2 ** 53, 2 ** 32, "60", "0x", "0x1ffffffff", true, {}, `0x${"0".repeat(80)}`]) {
    refuses(number("n", 32), bad, /n: want a non-negative integer/);
  }
});

test("free JSON is bounded by its number of values", () => {
  assert.deepEqual(decode(json("data", 4), { a: [1, 2] }), { a: [1, 2] });
  refuses(json("data", 3), { a: [1, 2] }, /more than 3 values/);
});

test("decoding nested parameters is total on any JSON", () => {
  const specs: ParamSpec[] = [topics, map("m", "hash", hash("v"), 3), json("j", 5), union("u", [number("n")], "n")];
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 4 }), (params) => {
      const decoded = decodeParams(specs, params);
      assert.ok(decoded.ok || decoded.error.code === -32602);
    }),
  );
});
