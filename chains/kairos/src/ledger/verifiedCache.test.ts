import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { codeOf, expectOk } from "../testing/expectOk.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createVerifiedCache } from "./verifiedCache.ts";

const alice = testSigner(1);
const { params } = testGenesis({ funded: [alice.address] });
const to = address("aa".repeat(20));
const signed = signPayment(buildPayment({ chainId: params.chainId, nonce: 0n, payments: [{ to, amount: 5n }] }), alice);

/** The same signature under another recipient. */
function forged(): Uint8Array {
  const at = signed.toHex().indexOf(to) / 2;
  const out = signed.slice();
  out[at] = 0xab;
  return out;
}

test("K4, Z6: other content behind the signature of a verified envelope is verified for itself", () => {
  const cache = createVerifiedCache(params);
  expectOk(cache.resolve(signed));
  assert.equal(cache.find(signed)?.transaction.hash, keccak256(signed).toHex());
  assert.equal(cache.find(forged()), undefined);
  assert.equal(codeOf(cache.resolve(forged())), "INVALID_SIGNATURE");
});

test("an envelope that takes the place of another leaves it to be verified again", () => {
  const cache = createVerifiedCache(params);
  expectOk(cache.mark(signed, alice.address));
  const other = expectOk(cache.mark(forged(), alice.address));
  assert.equal(other.transaction.hash, keccak256(forged()).toHex());
  assert.equal(cache.find(signed), undefined);
  assert.equal(expectOk(cache.resolve(signed)).transaction.hash, keccak256(signed).toHex());
  assert.equal(cache.find(signed)?.sender, alice.address);
});

test("bytes too short for an envelope are not found", () => {
  const cache = createVerifiedCache(params);
  assert.equal(cache.find(new Uint8Array(0)), undefined);
  assert.equal(codeOf(cache.resolve(Uint8Array.of(0x4b))), "INVALID_FORMAT");
});
