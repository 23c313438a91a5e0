import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeKce, encodeKce, krat12 } from "@polis/codec";
import fc from "fast-check";
import { accountsModule } from "../modules/accounts/accountsModule.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { withTip } from "../modules/accounts/withTip.ts";
import { createRuntime } from "../runtime/runtime.ts";
import { person } from "../testing/people.ts";
import { hasValidSignature, signTransaction, transactionCodec, transactionHash } from "./transaction.ts";

const codec = transactionCodec(createRuntime([accountsModule]).call);
const anna = person(1);
const identity = new Uint8Array(32).fill(5);
const call = withTip({ tip: krat12(7n), call: Transfer.of({ to: person(2).account, amount: krat12(10n ** 12n) }) });
const signed = signTransaction(codec, identity, { sender: anna.account, nonce: 3, call, timestamp: 17 }, anna.secret);

test("a transaction survives the wire, and its hash does not cover the signature", () => {
  const bytes = encodeKce(codec.signed, signed);
  const back = decodeKce(codec.signed, bytes, 1_000);
  assert.ok(back.ok);
  assert.deepEqual(encodeKce(codec.signed, back.value), bytes);
  assert.equal(transactionHash(codec, back.value.transaction), transactionHash(codec, signed.transaction));
});

test("a signature is valid for its chain, and for no changed byte (I15)", () => {
  assert.equal(hasValidSignature(codec, identity, signed), true);
  assert.equal(hasValidSignature(codec, new Uint8Array(32), signed), false);
  const bytes = encodeKce(codec.signed, signed);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const changed = bytes.slice();
      changed[at]! ^= mask;
      const decoded = decodeKce(codec.signed, changed, 1_000);
      assert.ok(!decoded.ok || !hasValidSignature(codec, identity, decoded.value));
    }),
  );
});

test("a tip inside a tip, an unknown call and trailing bytes are refused", () => {
  assert.throws(() =>
    encodeKce(codec.transaction, { ...signed.transaction, call: withTip({ tip: krat12(1n), call }) }),
  );
  const bytes = encodeKce(codec.signed, signed);
  assert.equal(decodeKce(codec.signed, new Uint8Array([...bytes, 0]), 1_000).ok, false);
  const unknown = bytes.slice();
  unknown[40] = 99;
  assert.equal(decodeKce(codec.signed, unknown, 1_000).ok, false);
});
