import assert from "node:assert/strict";
import { test } from "node:test";
import { bigIntToBytes, bytesToBigInt, concatBytes } from "@polis/codec";
import fc from "fast-check";
import { p256 as native } from "../native/p256.ts";
import { sha256 } from "../portable/hashes.ts";
import { p256 as portable } from "../portable/p256.ts";

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** Both verdicts, which must be one. */
function verdict(digest: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
  const answer = native.verifyAnyS(digest, signature, key);
  assert.equal(portable.verifyAnyS(digest, signature, key), answer);
  assert.equal(native.verify(digest, signature, key), portable.verify(digest, signature, key));
  return answer;
}

test("native and portable agree on right signatures, on any single changed bit, and on high s", () => {
  fc.assert(
    fc.property(bytes32, bytes32, fc.nat(160 * 8 - 1), (secret, digest, bit) => {
      const key = native.publicKey(secret);
      if (key === undefined) return;
      const signature = native.sign(digest, secret)!;
      assert.equal(verdict(digest, signature, key), true);
      const high = concatBytes(
        signature.subarray(0, 32),
        bigIntToBytes(order - bytesToBigInt(signature.subarray(32)), 32),
      );
      assert.equal(verdict(digest, high, key), true);
      assert.equal(native.verify(digest, high, key), false);
      const changed = concatBytes(digest, signature, key);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      verdict(changed.subarray(0, 32), changed.subarray(32, 96), changed.subarray(96));
    }),
    { numRuns: 60 },
  );
});

test("the digests for which the key is not shifted, doubled or cancelled get the same verdict", () => {
  const secret = sha256(Uint8Array.of(1));
  const key = native.publicKey(secret)!;
  const hash = bytesToBigInt(sha256(new Uint8Array(0))) % order;
  const d = bytesToBigInt(secret);
  const signature = native.sign(sha256(Uint8Array.of(2)), secret)!;
  const r = bytesToBigInt(signature.subarray(0, 32));
  // A shift of (digest - hash) / r equal to 0, d and -d.
  for (const shift of [0n, d, order - d]) {
    const digest = bigIntToBytes((hash + shift * r) % order, 32);
    verdict(digest, signature, key);
    const s = native.sign(digest, secret)!;
    assert.equal(verdict(digest, s, key), true);
  }
  assert.equal(verdict(bigIntToBytes(hash, 32), native.sign(bigIntToBytes(hash, 32), secret)!, key), true);
});

test("a signature made for a doubled or cancelled key is right", () => {
  // With s = (e + r d) / k and k, d known, choose e so that the shift meets the key exactly.
  const d = 7n;
  const key = native.publicKey(bigIntToBytes(d, 32))!;
  const hash = bytesToBigInt(sha256(new Uint8Array(0))) % order;
  const k = 12345n;
  const r = bytesToBigInt(native.publicKey(bigIntToBytes(k, 32))!.subarray(0, 32)) % order;
  for (const shift of [0n, d, order - d]) {
    const e = (hash + shift * r) % order;
    const s = ((e + r * d) * power(k, order - 2n)) % order;
    const signature = concatBytes(bigIntToBytes(r, 32), bigIntToBytes(s, 32));
    assert.equal(verdict(bigIntToBytes(e, 32), signature, key), true);
  }
});

test("numbers out of range and points off the curve are refused", () => {
  const secret = sha256(Uint8Array.of(3));
  const key = native.publicKey(secret)!;
  const digest = sha256(Uint8Array.of(4));
  const signature = native.sign(digest, secret)!;
  for (const bad of [0n, order, order + 1n, (1n << 256n) - 1n]) {
    const part = bigIntToBytes(bad, 32);
    assert.equal(verdict(digest, concatBytes(part, signature.subarray(32)), key), false);
    assert.equal(verdict(digest, concatBytes(signature.subarray(0, 32), part), key), false);
    assert.equal(verdict(digest, signature, concatBytes(part, key.subarray(32))), false);
    assert.equal(verdict(digest, signature, concatBytes(key.subarray(0, 32), part)), false);
  }
  assert.equal(verdict(digest, signature, new Uint8Array(64)), false);
  assert.equal(verdict(digest.subarray(1), signature, key), false);
});

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % order;
    square = (square * square) % order;
  }
  return result;
}
