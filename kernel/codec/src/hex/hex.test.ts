import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { address, digest } from "../units.ts";
import { addressOf, addressToBytes, digestOf, digestToBytes } from "./digest.ts";
import { bytesToHex, bytesToHex0x, hex0xToBytes, hexToBytes, quantityOf, readQuantity } from "./hex.ts";
import { hexInto } from "./hexInto.ts";

test("bytes come back from hex", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      assert.deepEqual(hexToBytes(bytesToHex(bytes), 64), { ok: true, value: bytes });
      assert.deepEqual(hex0xToBytes(bytesToHex0x(bytes).toUpperCase().replace("X", "x"), 64), {
        ok: true,
        value: bytes,
      });
    }),
  );
});

test("digests and addresses come back, and other lengths are our own mistake", () => {
  const text = "0123456789abcdef".repeat(4);
  assert.equal(digestOf(digestToBytes(digest(text))), text);
  assert.equal(addressOf(addressToBytes(address(text.slice(0, 40)))), text.slice(0, 40));
  assert.throws(() => digestOf(new Uint8Array(31)), RangeError);
  assert.throws(() => addressOf(new Uint8Array(21)), RangeError);
});

test("quantities have one spelling", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }), (value) => {
      assert.deepEqual(readQuantity(quantityOf(value), 32), { ok: true, value });
    }),
  );
  for (const text of ["", "0x", "0x00", "0x01", "1", "0X1", "0xg", "0x-1", " 0x1"]) {
    const read = readQuantity(text, 8);
    assert.equal(read.ok ? "accepted" : read.fault.code, "HEX_QUANTITY", text);
  }
  const long = readQuantity("0x10000000000000000", 8);
  assert.equal(long.ok ? "accepted" : long.fault.code, "HEX_TOO_LONG");
});

test("refuses malformed and too long hex", () => {
  const code = (text: string, max = 4) => {
    const read = hexToBytes(text, max);
    return read.ok ? "accepted" : read.fault.code;
  };
  assert.equal(code("abc"), "HEX_MALFORMED");
  assert.equal(code("zz"), "HEX_MALFORMED");
  assert.equal(code("0x00"), "HEX_MALFORMED");
  assert.equal(code("0011223344"), "HEX_TOO_LONG");
  const bare = hex0xToBytes("0011", 4);
  assert.equal(bare.ok ? "accepted" : bare.fault.code, "HEX_MALFORMED");
});

test("hex is written like fromHex reads it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const out = new Uint8Array(bytes.length + 2);
      hexInto(out, 1, bytes.toHex());
      assert.deepEqual(out.subarray(1, -1), bytes);
    }),
  );
});
