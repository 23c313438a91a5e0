import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeKce, kceList, kceRecord, kceU32 } from "@polis/codec";
import { defineItem } from "./item.ts";
import { remembered } from "./remembered.ts";
import { noEntriesBelow, State } from "./state.ts";

const plain = kceRecord({ numbers: kceList(kceRecord({ n: kceU32 }), 9) });
const kept = kceRecord({ numbers: remembered(kceList(remembered(kceRecord({ n: kceU32 })), 9)) });

test("a remembered encoding is the plain one, the first time and again, for each value its own", () => {
  const one = { numbers: [{ n: 1 }, { n: 2 }] };
  const other = { numbers: [one.numbers[0]!, { n: 3 }] };
  for (const value of [one, other, one, { numbers: [...one.numbers] }]) {
    assert.equal(encodeKce(kept, value).toHex(), encodeKce(plain, value).toHex());
  }
});

test("changes that were asked for once follow every later write and every way back", () => {
  const item = defineItem("counter", { codec: kceU32, maxBytes: 4, missing: 0 });
  const state = new State(noEntriesBelow);
  const values = () => state.changes().map(({ value, decoded }) => [value?.toHex(), decoded]);
  state.set(item, 1);
  assert.deepEqual(values(), [["01000000", 1]]);
  const mark = state.mark();
  state.set(item, 2);
  assert.deepEqual(values(), [["02000000", 2]]);
  state.revert(mark);
  assert.deepEqual(values(), [["01000000", 1]]);
});

test("a layer takes values that are decoded below, and decodes others itself", () => {
  const item = defineItem("counter", { codec: kceU32, maxBytes: 4, missing: 0 });
  const below = new State(noEntriesBelow);
  below.set(item, 7);
  assert.equal(new State(below).get(item), 7);
  assert.equal(new State({ entry: (asked) => below.entry(asked) }).get(item), 7);
  assert.deepEqual(new State(below).changes(), []);
});
