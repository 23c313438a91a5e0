import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ed25519, vrf as native } from "../native/primitives.ts";
import { vrf as portable } from "../portable/vrf.ts";
import { proveVrf, verifyVrf } from "./ecvrf.ts";

/** RFC 9381, B.3: secret, input, proof, output. */
const examples: readonly (readonly [string, string, string, string])[] = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "",
    "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d9727d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
    "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "72",
    "f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
    "eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031",
  ],
  [
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "af82",
    "9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
    "645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c452118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f",
  ],
];

test("the examples of RFC 9381 for this suite, with both providers", () => {
  for (const [secretText, inputText, proof, output] of examples) {
    const [secret, input] = [Uint8Array.fromHex(secretText), Uint8Array.fromHex(inputText)];
    for (const provider of [native, portable]) {
      const made = provider.prove(secret, input);
      assert.deepEqual([made.proof.toHex(), made.output.toHex()], [proof, output]);
    }
    assert.deepEqual(proveVrf(secret, input).proof.toHex(), proof);
    assert.equal(verifyVrf(ed25519.publicKey(secret), input, Uint8Array.fromHex(proof))?.toHex(), output);
  }
});

test("a proof verifies to its output and to nothing else", () => {
  const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes32, bytes32, fc.uint8Array({ maxLength: 50 }), fc.nat({ max: 79 }), (secret, other, input, at) => {
      const publicKey = ed25519.publicKey(secret);
      const { proof, output } = proveVrf(secret, input);
      assert.deepEqual(verifyVrf(publicKey, input, proof), output);
      assert.equal(verifyVrf(publicKey, Uint8Array.of(...input, 0), proof), undefined);
      const changed = proof.slice();
      changed[at]! ^= 1;
      assert.equal(verifyVrf(publicKey, input, changed), undefined);
      fc.pre(secret.toHex() !== other.toHex());
      assert.equal(verifyVrf(ed25519.publicKey(other), input, proof), undefined);
    }),
    { numRuns: 6 },
  );
});

test("malformed keys and proofs are refused", () => {
  const secret = new Uint8Array(32).fill(1);
  const { proof } = proveVrf(secret, secret);
  const publicKey = ed25519.publicKey(secret);
  const identity = new Uint8Array(32);
  identity[0] = 1;
  assert.equal(verifyVrf(identity, secret, proof), undefined);
  assert.equal(verifyVrf(publicKey.subarray(1), secret, proof), undefined);
  assert.equal(verifyVrf(publicKey, secret, proof.subarray(1)), undefined);
  // s + order is the same scalar: accepting it would give one proof two encodings.
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${proof.slice(48).reverse().toHex()}`) + order;
  const second = proof.slice();
  second.set(Uint8Array.fromHex(s.toString(16).padStart(64, "0")).reverse(), 48);
  assert.equal(verifyVrf(publicKey, secret, second), undefined);
  assert.throws(() => proveVrf(new Uint8Array(31), secret), RangeError);
});
