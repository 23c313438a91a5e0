import assert from "node:assert/strict";
import { before, test } from "node:test";
import { keccak256 } from "@polis/crypto";
import fc from "fast-check";
import { compileWords, type WordModule } from "../testing/compileWords.ts";

const MAX = (1n << 256n) - 1n;
const [A, B, N, DST, BYTES] = [0x20000, 0x20020, 0x20040, 0x20060, 0x21000];
let words: WordModule;
let view: DataView;

before(async () => {
  words = await compileWords();
  view = new DataView(words.memory.buffer);
});

/** Numbers near the edges of limbs and digits, where carries and estimates of quotients go wrong, and any others. */
const edge = fc
  .tuple(fc.integer({ min: 0, max: 256 }), fc.integer({ min: -3, max: 3 }))
  .map(([bits, delta]) => BigInt.asUintN(256, (1n << BigInt(bits)) + BigInt(delta)));
const limbs = fc
  .array(fc.constantFrom(0n, 1n, 2n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x8000000000000000n, 0xffffffffffffffffn), {
    minLength: 4,
    maxLength: 4,
  })
  .map((parts) => parts.reduce<bigint>((sum, limb) => (sum << 64n) | limb, 0n));
const word = fc.oneof(edge, limbs, fc.bigInt({ min: 0n, max: MAX }), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }));
const runs = { numRuns: 1500 };

test("two-operand functions equal bigint arithmetic, with every aliasing of the operands", () => {
  const signed = (x: bigint) => BigInt.asIntN(256, x);
  const functions: Record<string, (a: bigint, b: bigint) => bigint> = {
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: (a, b) => a * b,
    div: (a, b) => (b === 0n ? 0n : a / b),
    mod: (a, b) => (b === 0n ? 0n : a % b),
    sdiv: (a, b) => (b === 0n ? 0n : signed(a) / signed(b)),
    smod: (a, b) => (b === 0n ? 0n : signed(a) % signed(b)),
    and: (a, b) => a & b,
    or: (a, b) => a | b,
    xor: (a, b) => a ^ b,
    exp: power,
    shl: (a, b) => (a > 255n ? 0n : b << a),
    shr: (a, b) => (a > 255n ? 0n : b >> a),
    sar: (a, b) => signed(b) >> (a > 255n ? 256n : a),
    byte: (a, b) => (a > 31n ? 0n : (b >> (8n * (31n - a))) & 0xffn),
    signextend: (a, b) => (a > 30n ? b : BigInt.asIntN(Number(a) * 8 + 8, b)),
  };
  const small = fc.oneof(word, fc.bigInt({ min: 0n, max: 300n }));
  for (const [name, model] of Object.entries(functions)) {
    fc.assert(
      fc.property(small, word, (a, b) => {
        const expected = BigInt.asUintN(256, model(a, b));
        for (const dst of [DST, A, B]) {
          put(A, a);
          put(B, b);
          words.call(name, dst, A, B);
          assert.equal(get(dst), expected, `${name}(${a}, ${b})`);
          if (dst !== A) assert.equal(get(A), a);
          if (dst !== B) assert.equal(get(B), b);
        }
        const same = BigInt.asUintN(256, model(b, b));
        put(A, b);
        words.call(name, A, A, A);
        assert.equal(get(A), same, `${name} of ${b} and itself`);
      }),
      runs,
    );
  }
});

test("division agrees where the estimate of a quotient's digit is too large", () => {
  fc.assert(
    fc.property(limbs, limbs, word, (a, b, c) => {
      for (const [x, y] of [
        [a, b],
        [a * b, b],
        [a * b + c, b],
        [BigInt.asUintN(256, a * b - 1n), b],
      ] as const) {
        const dividend = BigInt.asUintN(256, x);
        put(A, dividend);
        put(B, y);
        words.call("div", DST, A, B);
        assert.equal(get(DST), y === 0n ? 0n : dividend / y);
        words.call("mod", DST, A, B);
        assert.equal(get(DST), y === 0n ? 0n : dividend % y);
      }
    }),
    { numRuns: 5000 },
  );
});

test("addmod and mulmod use the whole sum and product", () => {
  const functions: Record<string, (a: bigint, b: bigint, n: bigint) => bigint> = {
    addmod: (a, b, n) => (n === 0n ? 0n : (a + b) % n),
    mulmod: (a, b, n) => (n === 0n ? 0n : (a * b) % n),
  };
  for (const [name, model] of Object.entries(functions)) {
    fc.assert(
      fc.property(word, word, word, (a, b, n) => {
        for (const dst of [DST, A, B, N]) {
          put(A, a);
          put(B, b);
          put(N, n);
          words.call(name, dst, A, B, N);
          assert.equal(get(dst), model(a, b, n), `${name}(${a}, ${b}, ${n})`);
        }
      }),
      { numRuns: 5000 },
    );
  }
});

test("comparisons, one-operand functions and byte order equal bigint arithmetic", () => {
  const signed = (x: bigint) => BigInt.asIntN(256, x);
  fc.assert(
    fc.property(word, fc.oneof(word, fc.constant(undefined)), (a, other) => {
      const b = other ?? a;
      put(A, a);
      put(B, b);
      const truths = { lt: a < b, gt: a > b, eq: a === b, slt: signed(a) < signed(b), sgt: signed(a) > signed(b) };
      for (const [name, truth] of Object.entries(truths)) assert.equal(words.call(name, A, B), Number(truth), name);
      assert.equal(words.call("isZero", A), Number(a === 0n));
      assert.equal(words.call("fitsU64", A), Number(a < 1n << 64n));
      assert.equal(words.call("byteLength", A), a === 0n ? 0 : Math.ceil(a.toString(2).length / 8));
      const results = { not: MAX - a, negate: BigInt.asUintN(256, -a), copy: a, clz: leadingZeros(a) };
      for (const [name, result] of Object.entries(results)) {
        words.call(name, DST, A);
        assert.equal(get(DST), result, name);
      }
      words.call("storeBE", DST, A);
      const bytes = Buffer.from(words.memory.buffer, DST, 32).toString("hex");
      assert.equal(bytes, a.toString(16).padStart(64, "0"));
      words.call("loadBE", DST, DST);
      assert.equal(get(DST), a);
    }),
    runs,
  );
});

test("keccak256 equals the crypto package's for every length around four blocks", () => {
  const memory = new Uint8Array(words.memory.buffer);
  for (let length = 0; length <= 560; length++) {
    const input = Uint8Array.from({ length }, (_, i) => (i * 31 + length * 7 + 1) & 0xff);
    memory.set(input, BYTES);
    words.call("keccak256", BYTES, length, BYTES);
    assert.deepEqual(memory.slice(BYTES, BYTES + 32), keccak256(input), `length ${length}`);
  }
});

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = BigInt.asUintN(256, result * square);
    square = BigInt.asUintN(256, square * square);
  }
  return result;
}

function leadingZeros(a: bigint): bigint {
  return a === 0n ? 256n : BigInt(256 - a.toString(2).length);
}

function put(at: number, value: bigint): void {
  for (let i = 0; i < 4; i++) view.setBigUint64(at + 8 * i, BigInt.asUintN(64, value >> BigInt(64 * i)), true);
}

function get(at: number): bigint {
  let value = 0n;
  for (let i = 3; i >= 0; i--) value = (value << 64n) | view.getBigUint64(at + 8 * i, true);
  return value;
}
