import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address, Digest } from "@polis/codec";
import fc from "fast-check";
import { intrinsicGas } from "./intrinsicGas.ts";

const to = "11".repeat(20) as Address;
const slot = "00".repeat(32) as Digest;
const plain = { to, data: new Uint8Array(0), accessList: [] };

test("each part of a transaction has its price", () => {
  assert.deepEqual(intrinsicGas(plain, "prague"), { gas: 21_000n, floor: 21_000n });
  assert.equal(intrinsicGas({ ...plain, data: Uint8Array.of(0, 0, 1) }, "prague").gas, 21_000n + 4n + 4n + 16n);
  assert.equal(intrinsicGas({ ...plain, to: undefined, data: new Uint8Array(33) }, "prague").gas, 53_000n + 132n + 4n);
  const accessList = [
    { address: to, slots: [slot, slot] },
    { address: to, slots: [] },
  ];
  assert.equal(intrinsicGas({ ...plain, accessList }, "prague").gas, 21_000n + 2n * 2_400n + 2n * 1_900n);
  const authorizations = [{ chainId: 0n, address: to, nonce: 0n, authority: undefined }];
  assert.equal(intrinsicGas({ ...plain, authorizations }, "prague").gas, 46_000n);
});

test("the floor of calldata is ten gas a token from prague on, and crosses the price where little else is paid", () => {
  const data = Uint8Array.of(0, 7, 7);
  assert.equal(intrinsicGas({ ...plain, data }, "prague").floor, 21_000n + 10n * 9n);
  assert.equal(intrinsicGas({ ...plain, data }, "cancun").floor, 0n);
});

test("the floor exceeds the price of calldata alone, never by more than one and a half times it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
      const { gas, floor } = intrinsicGas({ ...plain, data }, "osaka");
      assert.equal((floor - 21_000n) * 2n, (gas - 21_000n) * 5n);
    }),
  );
});
