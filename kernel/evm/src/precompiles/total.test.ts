import assert from "node:assert/strict";
import { test } from "node:test";
import { address, bigIntToBytes, concatBytes } from "@polis/codec";
import fc from "fast-check";
import { g1Discounts, g2Discounts } from "./multiExpDiscounts.ts";
import { precompilesOf } from "./precompilesOf.ts";

const longRun = process.env.TEST_TIER === "full";
const names = (fork: "cancun" | "prague" | "osaka") => [...precompilesOf(fork).keys()].map((key) => BigInt(`0x${key}`));

test("each fork has its addresses, in ascending order", () => {
  const upTo = (last: number) => Array.from({ length: last }, (_, i) => BigInt(i + 1));
  assert.deepEqual(names("cancun"), upTo(0x0a));
  assert.deepEqual(names("prague"), upTo(0x11));
  assert.deepEqual(names("osaka"), [...upTo(0x11), 0x100n]);
});

test("discounts fall from the price of one to that of 128 items", () => {
  for (const [table, last] of [[g1Discounts, 519] as const, [g2Discounts, 524] as const]) {
    assert.deepEqual([table.length, table[0], table[127]], [128, 1000, last]);
    assert.ok(table.every((discount, i) => i === 0 || discount <= table[i - 1]!));
  }
});

/** Words that decide something in one of the inputs: lengths, scalars, coordinates, recovery numbers. */
const word = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.constantFrom(0n, 1n, 2n, 3n, 27n, 28n, 32n, 64n, (1n << 256n) - 1n, 1n << 255n).map((n) => bigIntToBytes(n, 32)),
  fc.nat(80).map((n) => bigIntToBytes(BigInt(n), 32)),
);
const input = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc.array(word, { maxLength: 20 }).map((words) => concatBytes(...words)),
  fc
    .tuple(fc.nat(40), fc.uint8Array({ minLength: 208, maxLength: 208 }), fc.nat(3))
    .map(([rounds, body, last]) => concatBytes(bigIntToBytes(BigInt(rounds), 4), body, Uint8Array.of(last))),
);

for (const fork of ["prague", "osaka"] as const) {
  for (const [key, precompile] of precompilesOf(fork)) {
    test(`0x${BigInt(`0x${key}`).toString(16)} of ${fork} has an answer for any input, twice the same`, () => {
      fc.assert(
        fc.property(input, (bytes) => {
          const before = bytes.toHex();
          const gas = precompile.gas(bytes);
          assert.ok(gas >= 0n);
          if (gas > 1_000_000n) return;
          const output = precompile.run(bytes);
          const kept = output?.toHex();
          output?.fill(0xff);
          assert.equal(bytes.toHex(), before);
          assert.equal(precompile.run(bytes)?.toHex(), kept);
          assert.equal(precompile.gas(bytes), gas);
        }),
        { numRuns: longRun ? 5000 : 150 },
      );
    });
  }
}

test("an input in the middle of other bytes is read as itself", () => {
  for (const [key, precompile] of precompilesOf("osaka")) {
    const inside = Uint8Array.from({ length: 700 }, (_, i) => i * 7).subarray(13, 13 + 213);
    inside.fill(0, 0, 3);
    inside[212] = 1;
    assert.equal(precompile.gas(inside), precompile.gas(inside.slice()), key);
    assert.equal(precompile.run(inside)?.toHex(), precompile.run(inside.slice())?.toHex(), key);
  }
  const blake = precompilesOf("osaka").get(address("9".padStart(40, "0")))!;
  assert.equal(blake.run(new Uint8Array(213))?.length, 64);
});
