import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeItf } from "./itf.ts";

test("integers, sets, tuples, maps and records are decoded", () => {
  const value = {
    a: { "#set": [{ "#bigint": "-1" }, { "#tup": ["x", true] }] },
    b: { "#map": [[{ "#bigint": "2" }, {}]] },
  };
  assert.deepEqual(decodeItf({ "#meta": { index: 0 }, ...value }), { a: [-1, ["x", true]], b: [[2, {}]] });
});

test("an unknown tag or a missing value is refused", () => {
  assert.throws(() => decodeItf({ "#unserializable": "x" }), /unknown tag/);
  assert.throws(() => decodeItf([null]), /not a value/);
});
