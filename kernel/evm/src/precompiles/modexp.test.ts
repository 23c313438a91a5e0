import assert from "node:assert/strict";
import { test } from "node:test";
import { bigIntToBytes, bytesToBigInt, concatBytes } from "@polis/codec";
import fc from "fast-check";
import { modexpEip2565, modexpEip7883 } from "./modexp.ts";
import { powerModulo } from "./powerModulo.ts";

/** Square and multiply, bit by bit: what the fast ways are compared with. */
function plain(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

const number = (maxBytes: number) => fc.uint8Array({ maxLength: maxBytes }).map((bytes) => bytesToBigInt(bytes));

test("powers agree with square and multiply, for odd, even and binary moduli below and above the small ones", () => {
  const modulus = fc.tuple(number(48), fc.nat(200)).map(([value, twos]) => ((value | 1n) + 2n) << BigInt(twos));
  fc.assert(
    fc.property(number(48), fc.uint8Array({ maxLength: 40 }), fc.nat(3), modulus, (base, exponent, zeros, m) => {
      const whole = bytesToBigInt(concatBytes(exponent, new Uint8Array(zeros)));
      assert.equal(powerModulo(base % m, exponent, zeros, m), plain(base, whole, m));
      const binary = 1n << BigInt(m.toString(2).length);
      assert.equal(powerModulo(base % binary, exponent, zeros, binary), plain(base, whole, binary));
    }),
    { numRuns: 2000 },
  );
});

function call(lengths: readonly [bigint, bigint, bigint], rest: Uint8Array): Uint8Array {
  return concatBytes(...lengths.map((length) => bigIntToBytes(length, 32)), rest);
}

test("small powers of two as moduli, with bases and exponents near where results vanish or turn", () => {
  for (let bits = 1; bits <= 20; bits++) {
    const m = 1n << BigInt(bits);
    for (const factor of [1n, 3n, 1_000_003n]) {
      for (const base of [2n, 3n, 4n, 6n, m - 1n, m / 2n + 1n]) {
        for (const exponent of [1n, 2n, BigInt(bits) - 1n, BigInt(bits), BigInt(bits) + 1n, 255n, 256n, 65_536n + 3n]) {
          const modulus = m * factor;
          if (modulus < 2n || exponent < 1n) continue;
          const hex = exponent.toString(16);
          const bytes = Uint8Array.fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
          const actual = powerModulo(base % modulus, bytes, 0, modulus);
          assert.equal(actual, plain(base, exponent, modulus), `${base}^${exponent} mod ${modulus}`);
          assert.equal(powerModulo(base % modulus, bytes, 1, modulus), plain(base, exponent << 8n, modulus));
        }
      }
    }
  }
});

test("lengths beyond the input mean zeros, absurd lengths have absurd prices", () => {
  assert.equal(modexpEip2565.run(new Uint8Array(0))?.length, 0);
  assert.equal(modexpEip2565.gas(new Uint8Array(0)), 200n);
  assert.equal(modexpEip7883.gas(new Uint8Array(0)), 500n);
  // The modulus lies beyond the input: it is zero, and so is the result.
  assert.equal(modexpEip2565.run(call([1n, 32n, 1n], Uint8Array.of(3, 1)))?.toHex(), "00");
  assert.equal(modexpEip2565.run(call([1n, 1n, 1n], Uint8Array.of(3, 4, 5)))?.toHex(), "01");
  const huge = (1n << 256n) - 1n;
  assert.ok(modexpEip2565.gas(call([huge, huge, huge], new Uint8Array(0))) > 1n << 700n);
  assert.equal(modexpEip2565.gas(call([0n, huge, 0n], new Uint8Array(0))), 200n);
  assert.equal(modexpEip2565.run(call([0n, huge, 0n], new Uint8Array(0)))?.length, 0);
  assert.equal(modexpEip7883.run(call([0n, 1025n, 0n], new Uint8Array(0))), undefined);
  assert.equal(modexpEip7883.run(call([0n, 1024n, 1n], new Uint8Array(0)))?.toHex(), "00");
});
