import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "@polis/codec";
import fc from "fast-check";
import { privateKeyToAccount } from "viem/accounts";
import { deriveAccounts, wellKnownMnemonic } from "../accounts/deriveAccounts.ts";
import { Keyring, personalDigest } from "./keyring.ts";

const accounts = deriveAccounts(wellKnownMnemonic, 2);
const stranger = address("5a".repeat(20));

test("messages are signed as wallets sign them", async () => {
  const keyring = new Keyring(accounts);
  const [{ address: own, secret }] = accounts as [(typeof accounts)[0]];
  const theirs = privateKeyToAccount(`0x${secret.toHex()}`);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (message) => {
      const signature = keyring.sign(own, personalDigest(message))!;
      assert.equal(`0x${signature.toHex()}`, await theirs.signMessage({ message: { raw: message } }));
    }),
    { numRuns: 20 },
  );
  assert.equal(keyring.sign(stranger, new Uint8Array(32)), undefined);
});

test("strangers are spoken for only when asked, one by one or all together", () => {
  const keyring = new Keyring(accounts);
  assert.equal(keyring.isImpersonated(stranger), false);
  keyring.impersonate(stranger);
  assert.equal(keyring.isImpersonated(stranger), true);
  assert.deepEqual([keyring.stopImpersonating(stranger), keyring.stopImpersonating(stranger)], [true, false]);
  keyring.autoImpersonate = true;
  assert.equal(keyring.isImpersonated(stranger), true);
  assert.equal(keyring.isImpersonated(accounts[0]!.address), false, "its key is known");
  keyring.forgetImpersonated();
  assert.equal(keyring.isImpersonated(stranger), false);
});
