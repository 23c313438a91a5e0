import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, concatBytes } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { codeOf, expectOk, expectPayment } from "../testing/expectOk.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { decodeTransaction, verifyEnvelope, verifyTransaction } from "../transaction/decodeTransaction.ts";
import { buildPayment } from "./buildPayment.ts";
import { feePayerDigest, senderDigest } from "./digests.ts";
import { encodePayment, paymentPreimage } from "./encodePayment.ts";
import { paymentAddress } from "./paymentAddress.ts";
import { signPayment } from "./signPayment.ts";
import type { PaymentFields, PaymentSignature, PaymentTransaction } from "./types.ts";

const { params } = testGenesis();
const kinds = [0, 1, 2] as const;
const to = testSigner(2).address;

function fieldsFor(kind: 0 | 1 | 2, feePayer?: Address, feePayerKind?: 0 | 1 | 2): PaymentFields {
  return buildPayment({
    chainId: 52470n,
    nonce: 3n,
    kind,
    maxTip: 9n,
    validAfter: 5n,
    validBefore: 5_000_000_000n,
    payments: [
      { to, amount: 10n, memo: Uint8Array.of(1, 2) },
      { to, amount: 11n },
    ],
    ...(feePayer === undefined ? {} : { feePayer, feePayerKind: feePayerKind ?? 1 }),
  });
}

function decode(envelope: Uint8Array): PaymentTransaction {
  return expectPayment(decodeTransaction(envelope, params));
}

for (const kind of kinds) {
  for (const sponsorKind of [undefined, ...kinds]) {
    test(`T3, T11, T12: kind ${kind} with sponsor ${sponsorKind ?? "none"} proves its sender`, () => {
      const signer = testSigner(1, kind);
      const sponsor = sponsorKind === undefined ? undefined : testSigner(4, sponsorKind);
      const fields = fieldsFor(kind, sponsor?.address, sponsorKind);
      const transaction = decode(signPayment(fields, signer, sponsor));
      assert.deepEqual(senderDigest(transaction), keccak256(paymentPreimage(fields, signer)));
      assert.equal(expectOk(verifyTransaction(transaction)).sender, signer.address);
      assert.equal(expectOk(verifyEnvelope(transaction.envelope, params)), signer.address);
    });
  }
}

test("T12: an address of kind 1 and 2 hashes the kind byte before the key", () => {
  for (const kind of [1, 2] as const) {
    const { publicKey, address } = testSigner(9, kind);
    assert.equal(
      address,
      keccak256(concatBytes(Uint8Array.of(kind), publicKey))
        .subarray(12)
        .toHex(),
    );
    assert.equal(address, paymentAddress(kind, publicKey));
  }
});

/** Every client field changed alone. */
const changes: readonly ((fields: PaymentFields) => PaymentFields)[] = [
  (fields) => ({ ...fields, nonce: fields.nonce + 1n }),
  (fields) => ({ ...fields, maxFee: fields.maxFee + 1n }),
  (fields) => ({ ...fields, maxTip: fields.maxTip + 1n }),
  (fields) => ({ ...fields, validAfter: fields.validAfter + 1n }),
  (fields) => ({ ...fields, validBefore: fields.validBefore + 1n }),
  (fields) => ({ ...fields, payments: fields.payments.slice(1) }),
  (fields) => ({ ...fields, payments: fields.payments.toReversed() }),
  (fields) => ({ ...fields, payments: fields.payments.map((entry) => ({ ...entry, amount: entry.amount + 1n })) }),
  (fields) => ({ ...fields, payments: fields.payments.map((entry) => ({ ...entry, to: testSigner(8).address })) }),
  (fields) => ({ ...fields, payments: fields.payments.map((entry) => ({ ...entry, memo: Uint8Array.of(9) })) }),
];

for (const kind of kinds) {
  test(`Z6: no field of a payment of kind ${kind} can be changed under its signature`, () => {
    const signer = testSigner(1, kind);
    const sponsor = testSigner(4, kind);
    const fields = fieldsFor(kind, sponsor.address, kind);
    const { senderSignature, feePayerSignature } = decode(signPayment(fields, signer, sponsor));
    for (const change of changes) {
      const verified = verifyTransaction(decode(encodePayment(change(fields), senderSignature, feePayerSignature)));
      assert.ok(!verified.ok || verified.value.sender !== signer.address);
    }
    const unsponsored = verifyTransaction(
      decode(encodePayment({ ...fields, feePayer: undefined }, senderSignature, undefined)),
    );
    assert.ok(!unsponsored.ok || unsponsored.value.sender !== signer.address);
  });

  test(`Z6: every byte of the signatures of kind ${kind} counts`, () => {
    const signer = testSigner(1, kind);
    const sponsor = testSigner(4, kind);
    const fields = fieldsFor(kind, sponsor.address, kind);
    const good = decode(signPayment(fields, signer, sponsor));
    const flip = (signed: PaymentSignature, at: number): PaymentSignature => {
      const signature = signed.signature.slice();
      signature[at] = signature[at]! ^ 1;
      return { ...signed, signature };
    };
    for (let at = 0; at < good.senderSignature.signature.length; at += 7) {
      const changed = encodePayment(fields, flip(good.senderSignature, at), good.feePayerSignature);
      assert.ok(!verifyTransaction(decode(changed)).ok, `sender byte ${at}`);
      const other = encodePayment(fields, good.senderSignature, flip(good.feePayerSignature!, at));
      assert.ok(!verifyTransaction(decode(other)).ok, `fee payer byte ${at}`);
    }
  });
}

test("a yParity of 27 is refused", () => {
  const signer = testSigner(1, 0);
  const fields = fieldsFor(0);
  const { senderSignature } = decode(signPayment(fields, signer));
  const signature = senderSignature.signature.slice();
  signature[64] = signature[64]! + 27;
  const verified = verifyTransaction(decode(encodePayment(fields, { ...senderSignature, signature }, undefined)));
  assert.equal(codeOf(verified), "INVALID_SIGNATURE");
});

test("T12: the fee payer must differ from the sender, and be the account of its key", () => {
  const signer = testSigner(1);
  const self = verifyTransaction(decode(signPayment(fieldsFor(1, signer.address), signer, signer)));
  assert.equal(codeOf(self), "INVALID_SIGNATURE");
  const sponsor = testSigner(4);
  const stranger = { ...testSigner(5), address: sponsor.address };
  const foreign = verifyTransaction(decode(signPayment(fieldsFor(1, sponsor.address), signer, stranger)));
  assert.equal(codeOf(foreign), "INVALID_SIGNATURE");
});

test("T11: a sponsor's signature is bound to one sender and one transaction", () => {
  const sponsor = testSigner(4);
  const fields = fieldsFor(1, sponsor.address);
  const first = decode(signPayment(fields, testSigner(1), sponsor));
  const second = decode(signPayment(fields, testSigner(6), sponsor));
  const crossed = encodePayment(fields, second.senderSignature, first.feePayerSignature);
  assert.ok(!verifyTransaction(decode(crossed)).ok);
  assert.notDeepEqual(
    feePayerDigest(senderDigest(first), testSigner(1).address),
    feePayerDigest(senderDigest(first), testSigner(6).address),
  );
});

test("T11: the digests of a known payment are frozen", () => {
  const transaction = decode(signPayment(fieldsFor(1, testSigner(4).address), testSigner(1), testSigner(4)));
  assert.equal(senderDigest(transaction).toHex(), "54b327bd9d299a5d86d102dfbba482c4fd25d77928c5c45d59c8ddf980e0f807");
  assert.equal(
    feePayerDigest(senderDigest(transaction), testSigner(1).address).toHex(),
    "5be9d309832578d076e622244aaaba3000ab7780e5c4c49438812d63f2eb9b4f",
  );
});
