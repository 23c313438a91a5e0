import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, encodeRlp, type RlpItem, rlpUint } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import fc from "fast-check";
import type { TransactionErrorName } from "../errors.ts";
import { codeOf, expectPayment } from "../testing/expectOk.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { paymentFields } from "../testing/paymentArbitrary.ts";
import { decodeTransaction } from "../transaction/decodeTransaction.ts";
import { buildPayment } from "./buildPayment.ts";
import { signPayment } from "./signPayment.ts";

const { params } = testGenesis();
const alice = testSigner(1);
const sponsor = testSigner(3);
const to = testSigner(2).address;

test("decoding gives back what was signed, for any fields and each kind", () => {
  fc.assert(
    fc.property(paymentFields, fc.constantFrom(0 as const, 1 as const, 2 as const), (fields, kind) => {
      const signer = testSigner(1, kind);
      const envelope = signPayment(fields, signer);
      const decoded = expectPayment(decodeTransaction(envelope, params));
      const { nonce, maxFee, maxTip, validAfter, validBefore, payments, feePayer, claimedSender } = decoded;
      const read = { chainId: 52470n, nonce, maxFee, maxTip, validAfter, validBefore, payments, feePayer };
      assert.deepEqual(read, { ...fields, payments: fields.payments.map((entry) => ({ ...entry })) });
      assert.equal(decoded.hash, keccak256(envelope).toHex());
      assert.equal(claimedSender, kind === 0 ? undefined : signer.address);
    }),
    { numRuns: 60 },
  );
});

test("decoding never throws on any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      decodeTransaction(concatBytes(Uint8Array.of(0x4b), bytes), params);
      decodeTransaction(bytes, params);
    }),
  );
});

test("the envelope of a known payment is frozen", () => {
  const fields = buildPayment({ chainId: 52470n, nonce: 7n, maxTip: 42_000n, payments: [{ to, amount: 1_500_000n }] });
  const envelope = signPayment(fields, alice);
  assert.equal(keccak256(envelope).toHex(), "ec6bda2685344367b9b252a2b71ba497d99675d2e6782205f8c6426673970c89");
});

/** The fourteen items of a good envelope, with some replaced. */
function items(replaced: Readonly<Record<number, RlpItem>>): Uint8Array {
  const list: RlpItem[] = [
    rlpUint(52470),
    rlpUint(0),
    rlpUint(10n ** 16n),
    rlpUint(5),
    rlpUint(0),
    rlpUint(0),
    [[Uint8Array.fromHex(to), rlpUint(1), new Uint8Array(0)]],
    new Uint8Array(0),
    rlpUint(1),
    alice.publicKey,
    new Uint8Array(64).fill(1),
    new Uint8Array(0),
    new Uint8Array(0),
    new Uint8Array(0),
  ];
  for (const [at, item] of Object.entries(replaced)) list[Number(at)] = item;
  return concatBytes(Uint8Array.of(0x4b), encodeRlp(list));
}

function judge(envelope: Uint8Array): string {
  return codeOf(decodeTransaction(envelope, params));
}

const entry = (recipient: Uint8Array, amount: Uint8Array, memo: Uint8Array = new Uint8Array(0)): RlpItem => [
  [recipient, amount, memo],
];
const recipient = Uint8Array.fromHex(to);
const none = new Uint8Array(0);

test("the unchanged items are accepted", () => assert.equal(judge(items({})), "ok"));

const malformed: readonly (readonly [string, TransactionErrorName, Readonly<Record<number, RlpItem>>])[] = [
  ["another chain id", "WRONG_CHAIN", { 0: rlpUint(52471) }],
  ["a chain id of nine bytes", "INVALID_FORMAT", { 0: new Uint8Array(9).fill(1) }],
  ["a list as chain id", "INVALID_FORMAT", { 0: [] }],
  ["a nonce with a leading zero", "INVALID_FORMAT", { 1: Uint8Array.of(0) }],
  ["a nonce of 2^64-1", "INVALID_FORMAT", { 1: new Uint8Array(8).fill(255) }],
  ["a nonce above 2^64-1", "INVALID_FORMAT", { 1: new Uint8Array(9).fill(1) }],
  ["a maxFee of 33 bytes", "INVALID_FORMAT", { 2: new Uint8Array(33).fill(1) }],
  ["a maxTip above maxFee", "INVALID_FORMAT", { 2: rlpUint(5), 3: rlpUint(6) }],
  ["a validAfter of nine bytes", "INVALID_FORMAT", { 4: new Uint8Array(9).fill(1) }],
  ["a validBefore of nine bytes", "INVALID_FORMAT", { 5: new Uint8Array(9).fill(1) }],
  ["an empty window", "INVALID_FORMAT", { 4: rlpUint(9), 5: rlpUint(9) }],
  ["a reversed window", "INVALID_FORMAT", { 4: rlpUint(10), 5: rlpUint(9) }],
  ["payments that are bytes", "INVALID_FORMAT", { 6: none }],
  ["no payments", "INVALID_FORMAT", { 6: [] }],
  ["257 payments", "INVALID_FORMAT", { 6: Array.from({ length: 257 }, () => [recipient, rlpUint(1), none]) }],
  ["a payment of two items", "INVALID_FORMAT", { 6: [[recipient, rlpUint(1)]] }],
  ["a payment of four items", "INVALID_FORMAT", { 6: [[recipient, rlpUint(1), none, none]] }],
  ["a payment that is bytes", "INVALID_FORMAT", { 6: [recipient] }],
  ["a recipient of 19 bytes", "INVALID_FORMAT", { 6: entry(recipient.subarray(1), rlpUint(1)) }],
  ["the zero recipient", "INVALID_FORMAT", { 6: entry(new Uint8Array(20), rlpUint(1)) }],
  ["an amount of zero", "INVALID_FORMAT", { 6: entry(recipient, none) }],
  ["an amount with a leading zero", "INVALID_FORMAT", { 6: entry(recipient, Uint8Array.of(0, 1)) }],
  ["an amount of 2^128", "INVALID_FORMAT", { 6: entry(recipient, rlpUint(1n << 128n)) }],
  ["a memo of 257 bytes", "INVALID_FORMAT", { 6: entry(recipient, rlpUint(1), new Uint8Array(257)) }],
  ["a fee payer of 19 bytes", "INVALID_FORMAT", { 7: new Uint8Array(19).fill(1) }],
  ["a fee payer that is a list", "INVALID_FORMAT", { 7: [] }],
  ["a fee payer without its signature", "INVALID_FORMAT", { 7: new Uint8Array(20).fill(1) }],
  ["kind 3", "INVALID_FORMAT", { 8: rlpUint(3) }],
  ["kind 0 written as a zero byte", "INVALID_FORMAT", { 8: Uint8Array.of(0), 9: none, 10: new Uint8Array(65) }],
  ["a key of 31 bytes", "INVALID_FORMAT", { 9: new Uint8Array(31).fill(1) }],
  ["a key for kind 0", "INVALID_FORMAT", { 8: none, 10: new Uint8Array(65) }],
  ["a signature of 63 bytes", "INVALID_FORMAT", { 10: new Uint8Array(63).fill(1) }],
  ["a fee payer kind without a fee payer", "INVALID_FORMAT", { 11: rlpUint(1) }],
  ["a fee payer key without a fee payer", "INVALID_FORMAT", { 12: sponsor.publicKey }],
  ["a fee payer signature without a fee payer", "INVALID_FORMAT", { 13: new Uint8Array(64).fill(1) }],
  ["a fifteenth item", "INVALID_FORMAT", { 14: none }],
];
for (const [name, code, replaced] of malformed) {
  test(`T1: ${name} is refused`, () => assert.equal(judge(items(replaced)), code));
}

test("the largest values are accepted", () => {
  const largest = {
    1: rlpUint((1n << 64n) - 2n),
    2: new Uint8Array(32).fill(255),
    3: new Uint8Array(32).fill(255),
    4: rlpUint((1n << 64n) - 2n),
    5: new Uint8Array(8).fill(255),
    6: Array.from({ length: 256 }, () => [recipient, new Uint8Array(16).fill(255), new Uint8Array(256)]),
  };
  assert.equal(judge(items(largest)), "ok");
});

test("trailing and missing bytes are refused", () => {
  const good = items({});
  assert.equal(judge(concatBytes(good, Uint8Array.of(0))), "INVALID_FORMAT");
  for (let length = 1; length < good.length; length++) assert.notEqual(judge(good.subarray(0, length)), "ok");
});

test("an envelope of tx.maxBytes + 1 is refused before it is read", () => {
  assert.equal(judge(new Uint8Array(params.tx.maxBytes + 1).fill(0x4b)), "LIMIT_EXCEEDED");
});

test("a kind that genesis does not enable is refused", () => {
  const few = testGenesis({ fields: { tx: { paymentKinds: [0, 2] } } }).params;
  const decoded = decodeTransaction(items({}), few);
  assert.equal(codeOf(decoded), "UNSUPPORTED_TYPE");
});

test("other types are refused with their text", () => {
  const expected: readonly (readonly [number, string])[] = [
    [0x03, "blob transactions are not supported on this chain"],
    [0x00, "unknown type 0x00"],
    [0x05, "unknown type 0x05"],
    [0x7f, "unknown type 0x7f"],
    [0xbf, "unknown type 0xbf"],
  ];
  for (const [first, text] of expected) {
    const decoded = decodeTransaction(Uint8Array.of(first, 0xc0), params);
    assert.ok(!decoded.ok);
    assert.equal(decoded.fault.code, "UNSUPPORTED_TYPE");
    assert.ok(decoded.fault.detail?.includes(text), String(decoded.fault.detail));
  }
  assert.equal(judge(new Uint8Array(0)), "INVALID_FORMAT");
});
