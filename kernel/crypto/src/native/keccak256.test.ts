import assert from "node:assert/strict";
import { test } from "node:test";
import { keccak256 as portable } from "../portable/hashes.ts";
import { keccak256 } from "./keccak256.ts";
import { inputAt, keccakModule, pageBytes, rateBytes } from "./keccakModule.ts";

const input = Uint8Array.from({ length: 2 * pageBytes + 300 }, (_, i) => (i * 31 + (i >> 8)) & 255);

test("every length around the edges of a block and of the memory gives the hash of the portable provider", () => {
  const room = Math.floor((pageBytes - inputAt) / rateBytes) * rateBytes;
  const lengths = Array.from({ length: 3 * rateBytes + 2 }, (_, i) => i);
  for (const edge of [room, 2 * room, pageBytes]) for (let by = -2; by <= 2; by++) lengths.push(edge + by);
  for (const length of lengths) {
    const data = input.subarray(7, 7 + length);
    assert.equal(keccak256(data).toHex(), portable(data).toHex(), `${length} bytes`);
  }
});

test("a digest is the caller's own and does not depend on what was hashed before", () => {
  const first = keccak256(input.subarray(0, 500));
  const copy = first.toHex();
  keccak256(input);
  assert.equal(first.toHex(), copy);
  assert.equal(keccak256(input.subarray(0, 500)).toHex(), copy);
  assert.equal(first.buffer.byteLength, 32);
});

test("the module has a frozen form", () => {
  const bytes = keccakModule();
  assert.equal(keccak256(bytes).toHex(), "ca00200ca6b041e2bf6a4043ddf35279d199a25aee7f2c71c12c41ca57f94050");
});
