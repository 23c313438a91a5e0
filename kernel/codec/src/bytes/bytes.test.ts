import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { asciiBytes, compareBytes, concatBytes, equalBytes } from "./bytes.ts";
import { bigIntToBytes, bytesToBigInt, writeU8, writeU16, writeU64, writeU256 } from "./integers.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

test("a layout written is read back to the same values", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xff }),
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.maxSafeNat(),
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
      fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      (a, b, c, d, e, f, g, h) => {
        const writer = new Writer(1 + 2 + 4 + 8 + 8 + 16 + 32 + 32 + 32);
        const bytes = writer.u8(a).u16(b).u32(c).u64(d).u64(e).u128(f).u256(g).bytes(h).hex(h.toHex()).finish();
        const r = new Reader(bytes);
        const got = [
          r.u8(),
          r.u16(),
          r.u32(),
          r.u64(),
          r.u64Big(),
          r.u128(),
          r.u256(),
          r.bytes(32).toHex(),
          r.digest(),
        ];
        const done = r.finish(got);
        assert.deepEqual(done, { ok: true, value: [a, b, c, d, e, f, g, h.toHex(), h.toHex()] });
        const cut = new Reader(bytes.subarray(0, bytes.length - 1));
        cut.bytes(bytes.length - 32);
        assert.equal(cut.digest(), "0".repeat(64));
        assert.equal(cut.finish(0).ok, false);
      },
    ),
  );
});

test("a reader keeps its first fault and gives zeros after it", () => {
  const fault = (bytes: string, read: (r: Reader) => unknown) => {
    const r = new Reader(Uint8Array.fromHex(bytes));
    read(r);
    const done = r.finish(1);
    return done.ok ? "accepted" : done.fault.code;
  };
  assert.equal(
    fault("01", (r) => r.u16()),
    "BYTES_TRUNCATED",
  );
  assert.equal(
    fault("0102", (r) => r.u8()),
    "BYTES_TRAILING",
  );
  assert.equal(
    fault("0020000000000000", (r) => r.u64()),
    "BYTES_UNSAFE_INTEGER",
  );
  assert.equal(
    fault("001fffffffffffff", (r) => r.u64()),
    "accepted",
  );
  assert.equal(
    fault("0003aabbcc", (r) => r.bytes16(2)),
    "BYTES_TOO_LONG",
  );
  assert.equal(
    fault("ffffffffaabbcc", (r) => r.bytes32(1 << 20)),
    "BYTES_TOO_LONG",
  );
  assert.equal(
    fault("0003aabb", (r) => r.bytes16(3)),
    "BYTES_TRUNCATED",
  );
  const r = new Reader(Uint8Array.of(1));
  r.u32();
  assert.deepEqual([r.u8(), r.u64(), r.u128(), r.bytes(5).length, r.remaining], [0, 0, 0n, 0, 0]);
});

test("writers refuse values and layouts that do not fit", () => {
  const out = new Uint8Array(40);
  assert.throws(() => writeU8(out, 0, 256), RangeError);
  assert.throws(() => writeU16(out, 0, -1), RangeError);
  assert.throws(() => writeU64(out, 0, 2 ** 53), RangeError);
  assert.throws(() => writeU64(out, 0, 1n << 64n), RangeError);
  assert.throws(() => writeU256(out, 0, 1n << 256n), RangeError);
  assert.throws(() => writeU256(out, 0, -1n), RangeError);
  assert.throws(() => bigIntToBytes(256n, 1), RangeError);
  assert.throws(() => new Writer(1).u16(1), RangeError);
  assert.throws(() => new Writer(3).u16(1).finish(), RangeError);
  assert.throws(() => asciiBytes("é"), RangeError);
});

test("joining, comparing and big integers", () => {
  const bytes = fc.uint8Array({ maxLength: 40 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      assert.equal(concatBytes(a, b).toHex(), a.toHex() + b.toHex());
      assert.equal(equalBytes(a, b), a.toHex() === b.toHex());
      const byText = a.toHex() < b.toHex() ? -1 : a.toHex() > b.toHex() ? 1 : 0;
      assert.equal(Math.sign(compareBytes(a, b)), byText);
      assert.equal(bytesToBigInt(a), a.length === 0 ? 0n : BigInt(`0x${a.toHex()}`));
      assert.equal(bigIntToBytes(bytesToBigInt(a), a.length).toHex(), a.toHex());
    }),
  );
});
