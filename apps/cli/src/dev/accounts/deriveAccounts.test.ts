import assert from "node:assert/strict";
import { test } from "node:test";
import { mnemonicToAccount } from "viem/accounts";
import { deriveAccounts, wellKnownMnemonic } from "./deriveAccounts.ts";

test("the well-known mnemonic gives the accounts that every Ethereum tool expects", () => {
  const accounts = deriveAccounts(wellKnownMnemonic, 10);
  assert.equal(accounts.length, 10);
  assert.equal(accounts[0]!.address, "f39fd6e51aad88f6f4ce6ab8827279cfffb92266");
  assert.equal(accounts[0]!.secret.toHex(), "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
  assert.equal(accounts[9]!.address, "a0ee7a142d267c1f36714e4a8f75612f20a79720");
});

test("another mnemonic gives the accounts of another implementation", () => {
  const mnemonic = "legal winner thank year wave sausage worth useful legal winner thank yellow";
  for (const [i, { address, secret }] of deriveAccounts(mnemonic, 5).entries()) {
    const theirs = mnemonicToAccount(mnemonic, { addressIndex: i });
    assert.equal(`0x${address}`, theirs.address.toLowerCase());
    assert.deepEqual(secret, theirs.getHdKey().privateKey);
  }
});
