import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address, Digest } from "@polis/codec";
import fc from "fast-check";
import { accountKey, afterPrefix, storageKey, trieKey } from "./tables.ts";

test("frozen key layouts (kairos 6.2)", () => {
  const owner = Uint8Array.fromHex("ab".repeat(32));
  const path = Uint8Array.fromHex("1f".repeat(32));
  assert.equal(trieKey(owner, path, 0).toHex(), "ab".repeat(32));
  assert.equal(trieKey(owner, path, 3).toHex(), `${"ab".repeat(32)}010f01`);
  assert.equal(trieKey(owner, path, 64).length, 96);
  assert.equal(accountKey("0a".repeat(20) as Address).toHex(), "0a".repeat(20));
  const slot = "05".repeat(32) as Digest;
  assert.equal(storageKey("0a".repeat(20) as Address, slot).toHex(), "0a".repeat(20) + slot);
});

test("the first key after a prefix is above every key with the prefix, and no other key is between", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 4 }), fc.uint8Array({ maxLength: 4 }), (prefix, rest) => {
      fc.pre(prefix.some((byte) => byte !== 0xff));
      const after = afterPrefix(prefix).toHex();
      assert.ok(prefix.toHex() + rest.toHex() < after);
      assert.ok(`${prefix.toHex()}${"ff".repeat(8)}` < after);
    }),
  );
  assert.equal(afterPrefix(Uint8Array.of(1, 0xff)).toHex(), "02");
  assert.throws(() => afterPrefix(Uint8Array.of(0xff, 0xff)), RangeError);
});
