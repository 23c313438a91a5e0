import assert from "node:assert/strict";
import { test } from "node:test";
import { usdc6 } from "@polis/codec";
import { decodeTransaction, defaults, verifyTransaction } from "@polis/kairos";
import { signAuthorization, signEthereum } from "../ethereum/signEthereum.ts";
import { Wallet } from "../wallet/wallet.ts";
import { PaymentBuilder } from "./paymentBuilder.ts";
import { type SignedTransaction, signedTransaction } from "./signedTransaction.ts";
import { readSponsorRequest, sponsorPayment } from "./sponsor.ts";

const chainId = 52_470n;
const place = { chainId, nonce: 3n };
const kinds = ["ed25519", "secp256k1", "p256"] as const;
const wallets = kinds.map((kind, i) => Wallet.fromSecret(kind, new Uint8Array(32).fill(i + 1)));
const [alice, carol] = wallets as [Wallet, Wallet];
const shop = `0x${"51".repeat(20)}`;

/** What a node makes of it: decoded, with its signatures checked. */
function verified({ raw, hash }: SignedTransaction) {
  const decoded = decodeTransaction(raw, { chainId, tx: { ...defaults.tx, maxGas: 1n << 60n } });
  assert.ok(decoded.ok, decoded.ok ? "" : String(decoded.fault.detail));
  const checked = verifyTransaction(decoded.value);
  assert.ok(checked.ok, checked.ok ? "" : String(checked.fault.detail));
  assert.equal(hash, `0x${decoded.value.hash}`);
  return checked.value;
}

function payment(signed: SignedTransaction) {
  const { transaction, sender } = verified(signed);
  assert.ok("payments" in transaction);
  return { ...transaction, sender };
}

for (const [i, wallet] of wallets.entries()) {
  test(`${kinds[i]}: a payment is what its builder was told`, () => {
    const builder = PaymentBuilder.pay(shop, "1.25", "order 7")
      .pay(alice.address, usdc6(2n), Uint8Array.of(1))
      .validAfter(1_000)
      .validBefore(new Date(2_000_999))
      .maxTip(5n);
    const signed = payment(builder.sign(wallet, place));
    assert.equal(`0x${signed.sender}`, wallet.address);
    assert.deepEqual(
      signed.payments.map(({ to, amount, memo }) => [`0x${to}`, amount, memo.toHex()]),
      [
        [shop, 1_250_000n, "6f726465722037"],
        [alice.address, 2n, "01"],
      ],
    );
    assert.deepEqual([signed.nonce, signed.validAfter, signed.validBefore], [3n, 1_000n, 2_000n]);
    assert.equal(signed.maxFee, signed.gas * 47_619_047_620n * 2n + 5n);
    const dear = payment(builder.sign(wallet, { ...place, baseFee: 100_000_000_000n }));
    assert.equal(dear.maxFee, signed.gas * 200_000_000_000n + 5n, "twice the base fee of the day");
    assert.equal(payment(builder.maxFee(10n ** 17n).sign(wallet, place)).maxFee, 10n ** 17n);
  });

  test(`${kinds[i]}: a sponsor signs here or elsewhere, and the same payment comes out`, () => {
    const sponsor = Wallet.fromSecret("ed25519", new Uint8Array(32).fill(99));
    const draft = PaymentBuilder.pay(shop, "1");
    const here = draft.sponsor(sponsor).sign(wallet, place);
    assert.equal(payment(here).feePayer, sponsor.signer.address);
    const request = draft.sponsor({ address: sponsor.address, kind: "ed25519" }).signForSponsor(wallet, place);
    const travelled = JSON.parse(JSON.stringify(request)) as typeof request;
    const terms = readSponsorRequest(travelled, chainId);
    assert.deepEqual([terms.from, terms.nonce, terms.payments.length], [wallet.address, 3n, 1]);
    assert.equal(sponsorPayment(travelled, sponsor, chainId).hash, here.hash);
    const forged = { ...travelled, from: shop as `0x${string}` };
    assert.throws(() => sponsorPayment(forged, sponsor, chainId), { code: "PAYMENT", message: /did not sign/ });
    assert.throws(() => sponsorPayment(travelled, alice, chainId), { code: "PAYMENT", message: /another sponsor/ });
    assert.throws(() => sponsorPayment(travelled, sponsor, 1n), { code: "PAYMENT" });
  });
}

test("what cannot be a payment is refused before it is signed", () => {
  const pay = () => PaymentBuilder.pay(shop, "1");
  assert.throws(() => PaymentBuilder.pay("0x12", "1"), { code: "ADDRESS" });
  assert.throws(() => PaymentBuilder.pay(shop, "0"), { code: "AMOUNT" });
  assert.throws(() => PaymentBuilder.pay(shop, usdc6(1n << 128n)), { code: "AMOUNT" });
  assert.throws(() => PaymentBuilder.pay(shop, "1", "x".repeat(257)), { code: "PAYMENT" });
  assert.throws(() => pay().validBefore(new Date("never")), { code: "PAYMENT" });
  assert.throws(() => pay().validAfter(9).validBefore(9).sign(alice, place), { code: "PAYMENT" });
  assert.throws(() => pay().maxFee(1n).maxTip(2n).sign(alice, place), { code: "PAYMENT" });
  assert.throws(() => pay().sponsor(alice).sign(alice, place), { code: "PAYMENT" });
  assert.throws(() => pay().signForSponsor(alice, place), { code: "PAYMENT" });
  assert.throws(() => pay().sponsor({ address: shop, kind: "p256" }).sign(alice, place), { code: "PAYMENT" });
  let many = pay();
  for (let i = 1; i < 256; i++) many = many.pay(shop, "1");
  assert.equal(payment(many.sign(alice, place)).payments.length, 256);
  assert.throws(() => many.pay(shop, "1"), { code: "PAYMENT" });
  assert.throws(() => signedTransaction("0x"), { code: "TRANSACTION" });
});

test("Ethereum's types are signed as the chain reads them", () => {
  const fields = { ...place, gas: 90_000n, maxFeePerGas: 10n ** 11n, to: shop, value: 5n, data: "0x0102" as const };
  const accessList = [{ address: shop, storageKeys: [`0x${"01".repeat(32)}`] }];
  const authorizations = [signAuthorization(carol, { chainId, address: shop, nonce: 4n })];
  const each = [
    signEthereum(carol, { ...fields, type: 0 }),
    signEthereum(carol, { ...fields, type: 1, accessList }),
    signEthereum(carol, { ...fields, accessList, maxPriorityFeePerGas: 7n }),
    signEthereum(carol, { ...fields, type: 4, authorizations }),
  ];
  assert.deepEqual(
    each.map((signed) => verified(signed).transaction.type),
    [0, 1, 2, 4],
  );
  for (const signed of each) assert.equal(`0x${verified(signed).sender}`, carol.address);
  assert.throws(() => signEthereum(alice, fields), { code: "TRANSACTION", message: /ed25519/ });
  assert.throws(() => signEthereum(carol, { ...fields, type: 0, accessList }), { code: "TRANSACTION" });
  assert.throws(() => signEthereum(carol, { ...fields, type: 1, maxPriorityFeePerGas: 1n }), { code: "TRANSACTION" });
  assert.throws(() => signEthereum(carol, { ...fields, type: 4 }), { code: "TRANSACTION" });
  assert.throws(() => signEthereum(carol, { ...fields, authorizations }), { code: "TRANSACTION" });
  const { to: _to, ...creation } = fields;
  assert.throws(() => signEthereum(carol, { ...creation, type: 4, authorizations }), { code: "TRANSACTION" });
  const created = verified(signEthereum(carol, creation)).transaction;
  assert.ok(!("payments" in created) && created.to === undefined);
});
