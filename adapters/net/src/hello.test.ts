import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { compareHello, decodeHello, encodeHello, type Hello } from "./hello.ts";
import { testHello } from "./testing.ts";

const FROZEN =
  "0100" + // version
  "0000000000001092" + // chain
  "ab".repeat(32) +
  "01" + // role
  "0000000000000000" + // epoch
  "0000000000000007" + // height
  "0000000000000009" + // view
  "cd".repeat(32) +
  "00000000" + // capabilities
  "0004" +
  "74657374" +
  "0001" +
  "000e" +
  "3132372e302e302e313a39303030" +
  "0006" +
  "6b6169726f73";

describe("Hello (kairos N4)", () => {
  it("has the frozen layout", () => {
    assert.equal(encodeHello(testHello()).toString("hex"), FROZEN);
    assert.deepEqual(decodeHello(Buffer.from(FROZEN, "hex")), { ok: true, value: testHello() });
  });

  it("round-trips any Hello within bounds", () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => Buffer.from(b).toString("hex"));
    const text = (max: number) =>
      fc.string({ unit: "grapheme", maxLength: max }).filter((s) => Buffer.byteLength(s) <= max);
    const hello: fc.Arbitrary<Hello> = fc.record(
      {
        protocolVersion: fc.nat(0xffff),
        chainId: fc.maxSafeNat(),
        genesisHash: hash,
        role: fc.constantFrom(1, 2, 3),
        epoch: fc.maxSafeNat(),
        lastFinalized: fc.record({ height: fc.maxSafeNat(), view: fc.maxSafeNat(), hash }, { noNullPrototype: true }),
        capabilities: fc.nat(0xffffffff),
        clientVersion: text(64),
        listenAddresses: fc.array(text(255), { maxLength: 8 }),
        clusterId: text(64),
      },
      { noNullPrototype: true },
    );
    fc.assert(fc.property(hello, (value) => assert.deepEqual(decodeHello(encodeHello(value)), { ok: true, value })));
  });

  it("refuses each malformed field by name, a cut at every byte, and a byte more", () => {
    const good = Buffer.from(FROZEN, "hex");
    const change = (at: number, hex: string) => {
      const bytes = Buffer.from(good);
      bytes.write(hex, at, "hex");
      return bytes;
    };
    const cases: readonly (readonly [Buffer, string])[] = [
      [change(2, "0020000000000000"), "number"],
      [change(42, "00"), "role"],
      [change(42, "04"), "role"],
      [change(43, "ffffffffffffffff"), "number"],
      [change(51, "0020000000000000"), "number"],
      [change(59, "0020000000000000"), "number"],
      [change(103, "0041"), "clientVersion"],
      [change(105, "ff"), "clientVersion"],
      [change(109, "0009"), "listenAddresses"],
      [change(111, "0100"), "listenAddresses"],
      [change(113, "80"), "listenAddresses"],
      [change(127, "0005"), "trailing bytes"],
      [change(127, "0007"), "clusterId"],
      [Buffer.concat([good, Buffer.of(0)]), "trailing bytes"],
    ];
    for (const [bytes, field] of cases) {
      const result = decodeHello(bytes);
      assert.deepEqual(result, { ok: false, fault: { code: "HELLO_MALFORMED", verdict: "punish", detail: field } });
    }
    for (let length = 0; length < good.length; length++) assert.equal(decodeHello(good.subarray(0, length)).ok, false);
  });

  it("refuses to encode what it would not decode", () => {
    for (const bad of [
      { clientVersion: "x".repeat(65) },
      { clusterId: "é".repeat(33) },
      { listenAddresses: Array(9).fill("a") },
      { listenAddresses: ["x".repeat(256)] },
      { genesisHash: "AB".repeat(32) },
      { epoch: -1 },
      { chainId: 2 ** 53 },
    ]) {
      assert.throws(() => encodeHello(testHello(bad)), RangeError);
    }
  });

  it("compares major version, genesis, chain and cluster only", () => {
    const ours = testHello();
    assert.equal(
      compareHello(ours, testHello({ protocolVersion: 0x01ff, epoch: 5, clientVersion: "other" })),
      undefined,
    );
    assert.equal(compareHello(ours, testHello({ protocolVersion: 0x0200 }))?.code, "HELLO_VERSION");
    assert.equal(compareHello(ours, testHello({ genesisHash: "00".repeat(32) }))?.code, "HELLO_GENESIS");
    assert.equal(compareHello(ours, testHello({ clusterId: "x" }))?.code, "HELLO_CLUSTER");
  });
});
