import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checksumAddress, parseAddress, parseHash } from "./address.ts";
import { bytesOf, hexOf, readHexText } from "./hex.ts";

test("addresses are read in any case that EIP-55 allows, and no other", () => {
  // The examples of EIP-55.
  const good = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
  ];
  for (const text of good) {
    const address = parseAddress(text);
    assert.equal(checksumAddress(address), text);
    assert.equal(parseAddress(text.toLowerCase()), address);
    assert.equal(parseAddress(`0x${text.slice(2).toUpperCase()}`), address);
    const swapped = text.replace(/[a-f]/, (c) => c.toUpperCase());
    assert.throws(() => parseAddress(swapped), { code: "ADDRESS", message: /EIP-55/ });
  }
  for (const text of [
    "",
    "0x",
    "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
    `0x${"1".repeat(39)}`,
    `0x${"1".repeat(42)}`,
  ]) {
    assert.throws(() => parseAddress(text), { code: "ADDRESS" });
  }
  assert.throws(() => parseHash("0x12"), { code: "HASH" });
});

test("hex goes there and back, and other text is no hex", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => assert.deepEqual(bytesOf(hexOf(bytes)), bytes)));
  fc.assert(
    fc.property(fc.string(), (text) => {
      const read = readHexText(text, 100);
      if (read !== undefined) assert.equal(hexOf(read), text.toLowerCase());
    }),
  );
  for (const text of ["00", "0x0", "0xg0", "0X00", "0x 0"]) assert.throws(() => bytesOf(text), { code: "HEX" });
  assert.equal(readHexText("0x0000", 1), undefined);
});
