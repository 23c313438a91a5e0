import assert from "node:assert/strict";
import { argon2Sync } from "node:crypto";
import { test } from "node:test";
import { argon2id } from "@noble/hashes/argon2.js";
import { deriveKey, isGoodCost, maxCost, usualCost } from "./kdf.ts";

test("the platform's Argon2id gives the answer of the reference implementation", () => {
  // argon2id, v=19, t=2, m=2^16 KiB, p=1 in the reference's own test.
  const key = argon2Sync("argon2id", {
    message: Buffer.from("password"),
    nonce: Buffer.from("somesalt"),
    ...{ parallelism: 1, tagLength: 32, memory: 65_536, passes: 2 },
  });
  assert.equal(key.toString("hex"), "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
});

test("keys agree with a second implementation, at the cost of kratos-core 14.1 and at a higher one", () => {
  const salt = Uint8Array.from({ length: 16 }, (_, i) => i);
  for (const cost of [usualCost, { memoryKib: 20_000, passes: 3, lanes: 2 }]) {
    const { memoryKib: m, passes: t, lanes: p } = cost;
    const other = argon2id("corréct horse 42", salt, { m, t, p, dkLen: 32, version: 0x13 });
    assert.equal(deriveKey("corréct horse 42", salt, cost).toHex(), other.toHex());
  }
});

test("a password is the same however its letters are composed, and another salt makes another key", () => {
  const salt = new Uint8Array(16);
  const key = deriveKey("caf\u00e9 caf\u00e9 caf\u00e9", salt, usualCost).toHex();
  assert.equal(deriveKey("cafe\u0301 cafe\u0301 cafe\u0301", salt, usualCost).toHex(), key);
  assert.notEqual(deriveKey("caf\u00e9 caf\u00e9 caf\u00e9", new Uint8Array(16).fill(1), usualCost).toHex(), key);
});

test("a cost may be raised within reason, and never lowered", () => {
  for (const cost of [usualCost, maxCost]) assert.ok(isGoodCost(cost));
  for (const key of ["memoryKib", "passes", "lanes"] as const) {
    for (const value of [usualCost[key] - 1, maxCost[key] + 1, 1.5, Number.NaN]) {
      assert.ok(!isGoodCost({ ...usualCost, memoryKib: 20_000, [key]: value }), `${key} ${value}`);
    }
  }
});
