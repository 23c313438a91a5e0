import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import * as native from "../native/primitives.ts";
import * as portable from "../portable/primitives.ts";
import type { Primitives } from "./types.ts";

const root = new URL("../../../../../shared/vectors/", import.meta.url);
const skip = existsSync(root) ? false : "the folder ../shared with the public vectors is absent";
const providers: readonly [string, Primitives][] = [
  ["native", native],
  ["portable", portable],
];
const read = (path: string) => JSON.parse(readFileSync(new URL(path, root), "utf8"));
const hex = (text: string) => Uint8Array.fromHex(text);

test("the Wycheproof vectors of the BLS suite in use", { skip }, () => {
  let count = 0;
  for (const group of read("wycheproof/bls_sig_g2_pop_verify_test.json").testGroups) {
    for (const { tcId, msg, sig, result } of group.tests) {
      for (const [name, { bls }] of providers) {
        const key = bls.parsePublicKey(hex(group.publicKey.pk));
        const signature = bls.parseSignature(hex(sig));
        const valid = key !== undefined && signature !== undefined && bls.verify(hex(msg), key, signature);
        assert.equal(valid, result === "valid", `${name} ${tcId}`);
        count++;
      }
    }
  }
  assert.ok(count > 50);
});

test("both providers take the same keys and signatures of the other BLS vectors for points", { skip }, () => {
  let refused = 0;
  for (const group of read("wycheproof/bls_sig_g2_basic_verify_test.json").testGroups) {
    const keys = providers.map(([, { bls }]) => bls.parsePublicKey(hex(group.publicKey.pk)) !== undefined);
    assert.equal(keys[0], keys[1], group.publicKey.pk);
    for (const { tcId, sig, result } of group.tests) {
      const points = providers.map(([, { bls }]) => bls.parseSignature(hex(sig)) !== undefined);
      assert.equal(points[0], points[1], `${tcId}`);
      if (result === "valid") assert.ok(points[0] && keys[0], `${tcId}`);
      if (!points[0]) refused++;
    }
  }
  assert.ok(refused > 5);
});

test("the ecrecover vectors", { skip }, () => {
  for (const { Input, Expected, Name } of read("precompiles/ecRecover.json")) {
    const input = hex(Input.padEnd(256, "0").slice(0, 256));
    const v = BigInt(`0x${input.subarray(32, 64).toHex()}`);
    for (const [name, { secp256k1, keccak256 }] of providers) {
      const recovery = v === 27n ? 0 : v === 28n ? 1 : -1;
      const key = secp256k1.recoverAnyS(input.subarray(0, 32), input.subarray(64, 128), recovery);
      const answer = key === undefined ? "" : `${"00".repeat(12)}${keccak256(key).subarray(12).toHex()}`;
      assert.equal(answer, Expected, `${name} ${Name}`);
    }
  }
});

test("the P256VERIFY vectors", { skip }, () => {
  let count = 0;
  for (const { Input, Expected, Name } of read("precompiles/p256Verify.json").slice(0, 300)) {
    const input = hex(Input);
    if (input.length !== 160) continue;
    const [digest, signature, key] = [input.subarray(0, 32), input.subarray(32, 96), input.subarray(96)];
    assert.equal(native.p256.verifyAnyS(digest, signature, key), Expected !== "", Name);
    count++;
  }
  assert.ok(count > 100);
});
