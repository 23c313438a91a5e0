import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ed25519 } from "../native/primitives.ts";
import { proveVrf, verifyVrf } from "./ecvrf.ts";

test("the first example of RFC 9381 for this suite", () => {
  const secret = Uint8Array.fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  const empty = new Uint8Array(0);
  const { proof, output } = proveVrf(secret, empty);
  assert.equal(
    proof.toHex(),
    "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d9727d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
  );
  assert.equal(
    output.toHex(),
    "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae",
  );
  assert.deepEqual(verifyVrf(ed25519.publicKey(secret), empty, proof), output);
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
