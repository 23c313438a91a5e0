import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesToHex0x } from "@polis/codec";
import { bls, dealThreshold, ed25519, provePossession, signBinding } from "@polis/crypto";
import { testGenesisDocument, testSecret, testSigner } from "../testing/genesisFixture.ts";
import { GenesisError } from "./genesisError.ts";
import { inlineFeeAddress, inlineGenesis } from "./inlineGenesis.ts";
import { parseGenesis } from "./parseGenesis.ts";
import { verifyGenesisKeys } from "./verifyGenesisKeys.ts";

const secrets = Array.from({ length: 6 }, (_, index) => bls.keygen(testSecret(1000 + index)));
const p2pKeys = secrets.map((_, index) => ed25519.publicKey(testSecret(2000 + index)));
const proofs = secrets.map((secret, index) => ({
  blsPop: bytesToHex0x(provePossession(secret)),
  p2pBinding: bytesToHex0x(signBinding(52470, p2pKeys[index]!, secret)),
}));
const document = testGenesisDocument({ n: 6, f: 1 });
const plain = document.validators as Record<string, unknown>[];
const proven = plain.map((entry, index) => ({ ...entry, ...proofs[index] }));

test("K8: correct proofs pass on any network", () => {
  assert.deepEqual(verifyGenesisKeys(parseGenesis({ ...document, network: "devnet", validators: proven })), []);
});

test("K8, Z2: a proof of another key, a binding of another chain, and crossed bindings are found", () => {
  const rogue = proven.map((entry, index) => (index === 2 ? { ...entry, blsPop: proofs[3]!.blsPop } : entry));
  const found = verifyGenesisKeys(parseGenesis({ ...document, validators: rogue }));
  assert.equal(found.length, 1);
  assert.match(found[0]!, /validators\[2\]\.blsPop/);
  const elsewhere = verifyGenesisKeys(parseGenesis({ ...document, chainId: 52471, validators: proven }));
  assert.equal(elsewhere.length, 6);
  const crossed = proven.map((entry, index) => ({ ...entry, p2pBinding: proofs[(index + 1) % 6]!.p2pBinding }));
  assert.equal(verifyGenesisKeys(parseGenesis({ ...document, validators: crossed })).length, 6);
});

test("K8: dealt share keys pass, and one foreign share key is found", () => {
  const { m, l } = dealThreshold(6, 1, testSecret(1));
  const threshold = (shareKeysM: readonly Uint8Array[]) =>
    parseGenesis({
      ...document,
      scheme: "threshold",
      randomness: "seed",
      leader: "random",
      groupKeyM: bytesToHex0x(m.groupKey),
      groupKeyL: bytesToHex0x(l.groupKey),
      validators: plain.map((entry, index) => ({
        ...entry,
        shareKeyM: bytesToHex0x(shareKeysM[index]!),
        shareKeyL: bytesToHex0x(l.shareKeys[index]!),
      })),
    });
  assert.deepEqual(verifyGenesisKeys(threshold(m.shareKeys)), []);
  const foreign = m.shareKeys.with(5, dealThreshold(6, 1, testSecret(2)).m.shareKeys[5]!);
  assert.equal(verifyGenesisKeys(threshold(foreign)).length, 1);
});

test("X8: inline keys and accounts form the same genesis for everyone, on test networks only", () => {
  const validators = secrets.map((secret, index) => ({
    blsPublicKey: bls.publicKey(secret)!,
    p2pPublicKey: p2pKeys[index]!,
  }));
  const accounts = [{ address: testSigner(1).address, balance: 10n ** 18n }];
  const genesis = inlineGenesis({ network: "local", n: 6, f: 1, validators, accounts });
  const home = inlineFeeAddress(validators[0]!.blsPublicKey);
  assert.equal(genesis.params.chainId, 52470n);
  assert.equal(genesis.timestampS, 0);
  assert.equal(genesis.params.treasury, home);
  assert.ok(Object.values(genesis.usdc.roles).every((holder) => holder === home));
  assert.deepEqual(
    genesis.alloc.map(({ balance }) => balance),
    [10n ** 18n],
  );
  assert.throws(() => inlineGenesis({ network: "mainnet", n: 6, f: 1, validators, accounts }), GenesisError);
  assert.throws(() => inlineGenesis({ network: "devnet", n: 6, f: 1, validators, accounts }), /blsPop/);
});
