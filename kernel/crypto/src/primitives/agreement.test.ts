import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as native from "../native/primitives.ts";
import { createSecp256k1, loadWasm } from "../native/secp256k1.ts";
import * as portable from "../portable/primitives.ts";
import type { Primitives } from "./types.ts";

const providers: readonly [Primitives, Primitives] = [native, portable];
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const data = fc.uint8Array({ maxLength: 300 });
const hex = (value: Uint8Array | undefined) => value?.toHex();

/** Calls the same thing of both providers and expects the same answer. */
function agree(of: (provider: Primitives) => unknown): void {
  assert.deepEqual(of(providers[0]), of(providers[1]));
}

/** A copy of `value` with one byte changed. */
function change(value: Uint8Array, at: number, by: number): Uint8Array {
  const copy = value.slice();
  copy[at % copy.length]! ^= by;
  return copy;
}

test("hashes agree, and give the published digests of nothing", () => {
  fc.assert(
    fc.property(data, (input) => {
      for (const name of ["keccak256", "blake3", "sha256", "sha512"] as const) agree((p) => hex(p[name](input)));
    }),
  );
  const nothing = new Uint8Array(0);
  for (const p of providers) {
    assert.equal(hex(p.keccak256(nothing)), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    assert.equal(hex(p.blake3(nothing)), "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    assert.equal(hex(p.sha256(nothing)), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }
});

test("a digest is not touched by later calls", () => {
  for (const p of providers) {
    const first = p.keccak256(Uint8Array.of(1));
    const copy = first.slice();
    p.keccak256(Uint8Array.of(2));
    assert.deepEqual(first, copy);
  }
});

test("Ed25519 keys, signatures and verdicts agree", () => {
  fc.assert(
    fc.property(bytes32, data, fc.nat(), fc.integer({ min: 1, max: 255 }), (seed, message, at, by) => {
      agree((p) => hex(p.ed25519.publicKey(seed)));
      agree((p) => hex(p.ed25519.sign(message, seed)));
      const [publicKey, signature] = [native.ed25519.publicKey(seed), native.ed25519.sign(message, seed)];
      const long = new Uint8Array([...seed, ...publicKey]);
      agree((p) => hex(p.ed25519.sign(message, long)));
      for (const p of providers) assert.ok(p.ed25519.verify(message, signature, publicKey));
      const changed = change(signature, at, by);
      for (const p of providers) assert.equal(p.ed25519.verify(message, changed, publicKey), false);
      agree((p) => p.ed25519.verify(message, signature, change(publicKey, at, by)));
    }),
    { numRuns: 20 },
  );
});

const ecdsa: readonly ["secp256k1" | "p256", bigint][] = [
  ["secp256k1", 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n],
  ["p256", 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n],
];
for (const [name, order] of ecdsa) {
  test(`${name} keys agree and secrets out of range are refused`, () => {
    const scalar = (value: bigint) => Uint8Array.fromHex(value.toString(16).padStart(64, "0"));
    for (const value of [1n, 2n, order - 1n]) agree((p) => hex(p[name].publicKey(scalar(value))));
    for (const value of [0n, order, order + 1n, (1n << 256n) - 1n]) {
      for (const p of providers) {
        assert.equal(p[name].publicKey(scalar(value)), undefined);
        assert.equal(p[name].sign(scalar(1n), scalar(value)), undefined);
      }
    }
    for (const p of providers) assert.equal(p[name].publicKey(new Uint8Array(31)), undefined);
  });
}

test("secp256k1 signatures and verdicts agree, by the addon, WebAssembly and JavaScript", async () => {
  const wasm = createSecp256k1(await loadWasm());
  const doors = [native.secp256k1, wasm, portable.secp256k1];
  const order = ecdsa[0]![1];
  fc.assert(
    fc.property(bytes32, bytes32, fc.nat(), fc.integer({ min: 1, max: 255 }), (secret, digest, at, by) => {
      const signed = native.secp256k1.sign(digest, secret);
      const publicKey = native.secp256k1.publicKey(secret);
      fc.pre(signed !== undefined && publicKey !== undefined);
      const { signature, recovery } = signed;
      const s = BigInt(`0x${signature.subarray(32).toHex()}`);
      const high = new Uint8Array([
        ...signature.subarray(0, 32),
        ...Uint8Array.fromHex((order - s).toString(16).padStart(64, "0")),
      ]);
      const bad = change(signature, at, by);
      const first = doors.map((door) => ({
        key: hex(door.publicKey(secret)),
        signed: [hex(door.sign(digest, secret)?.signature), door.sign(digest, secret)?.recovery],
        good: [door.verify(digest, signature, publicKey), hex(door.recover(digest, signature, recovery))],
        other: hex(door.recover(digest, signature, 1 - recovery)),
        high: [door.verify(digest, high, publicKey), door.recover(digest, high, 1 - recovery)],
        anyS: hex(door.recoverAnyS(digest, high, 1 - recovery)),
        bad: [door.verify(digest, bad, publicKey), hex(door.recover(digest, bad, recovery))],
        badKey: door.verify(digest, signature, change(publicKey, at, by)),
        numbers: [2, 3, -1, 27, 0.5].map((n) => door.recover(digest, signature, n)),
        zero: [door.recover(digest, new Uint8Array(64), 0), door.verify(digest, new Uint8Array(64), publicKey)],
      }));
      assert.deepEqual(first[0]!.good, [true, hex(publicKey)]);
      assert.deepEqual(first[0]!.high, [false, undefined]);
      assert.equal(first[0]!.anyS, hex(publicKey));
      assert.deepEqual(first[0]!.numbers, [undefined, undefined, undefined, undefined, undefined]);
      for (const one of first.slice(1)) assert.deepEqual(one, first[0]);
    }),
    { numRuns: 15 },
  );
});

test("BLS keys, signatures, sums and verdicts agree", () => {
  fc.assert(
    fc.property(bytes32, data, fc.nat(), (entropy, message, at) => {
      const secret = native.bls.keygen(entropy);
      agree((p) => hex(p.bls.keygen(entropy)));
      agree((p) => hex(p.bls.publicKey(secret)));
      agree((p) => hex(p.bls.sign(message, secret)));
      const other = native.bls.keygen(native.sha256(entropy));
      const pair = [secret, other];
      for (const p of providers) {
        const keys = pair.map((one) => p.bls.parsePublicKey(p.bls.publicKey(one)!)!);
        const signatures = pair.map((one) => p.bls.parseSignature(p.bls.sign(message, one)!)!);
        const sum = p.bls.addSignatures(signatures);
        assert.ok(p.bls.verify(message, keys[0]!, signatures[0]!));
        assert.equal(p.bls.verify(message, keys[1]!, signatures[0]!), false);
        assert.ok(p.bls.fastAggregateVerify(message, keys, sum));
        assert.equal(p.bls.fastAggregateVerify(message, [], sum), false);
        assert.ok(p.bls.verifyUnchecked(message, p.bls.addPublicKeys(keys), sum));
        const items = keys.map((publicKey, i) => ({ publicKey, signature: signatures[i]! }));
        assert.ok(p.bls.verifyAll(message, items));
        const crossed = keys.map((publicKey, i) => ({ publicKey, signature: signatures[1 - i]! }));
        assert.equal(p.bls.verifyAll(message, crossed), false);
      }
      agree((p) =>
        hex(
          p.bls.signatureBytes(
            p.bls.addSignatures(pair.map((one) => p.bls.parseSignature(p.bls.sign(message, one)!)!)),
          ),
        ),
      );
      const signature = native.bls.sign(message, secret)!;
      agree((p) => p.bls.parseSignature(change(signature, at, 1)) === undefined);
      agree((p) => p.bls.parsePublicKey(change(native.bls.publicKey(secret)!, at, 1)) === undefined);
    }),
    { numRuns: 3 },
  );
  const order = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
  for (const p of providers) {
    for (const value of [0n, order, order + 1n]) {
      const secret = Uint8Array.fromHex(value.toString(16).padStart(64, "0"));
      assert.equal(p.bls.publicKey(secret), undefined);
      assert.equal(p.bls.sign(secret, secret), undefined);
    }
  }
});

test("P-256 signs and verifies the digest as it is and refuses a high s", () => {
  fc.assert(
    fc.property(bytes32, bytes32, (secret, digest) => {
      const { p256 } = native;
      const publicKey = p256.publicKey(secret);
      const signature = p256.sign(digest, secret);
      fc.pre(publicKey !== undefined && signature !== undefined);
      assert.ok(p256.verify(digest, signature, publicKey));
      const s = BigInt(`0x${signature.subarray(32).toHex()}`);
      const high = signature.slice();
      high.set(Uint8Array.fromHex((ecdsa[1]![1] - s).toString(16).padStart(64, "0")), 32);
      assert.equal(p256.verify(digest, high, publicKey), false);
      assert.ok(p256.verifyAnyS(digest, high, publicKey));
      assert.equal(p256.verify(change(digest, 0, 1), signature, publicKey), false);
      assert.equal(p256.verify(digest, signature, change(publicKey, 5, 1)), false);
      assert.equal(p256.verify(digest, new Uint8Array(64), publicKey), false);
    }),
    { numRuns: 5 },
  );
});

test("AES-256-GCM and scrypt agree, and a change anywhere is noticed", () => {
  const iv12 = fc.uint8Array({ minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(bytes32, iv12, data, data, fc.nat(), (key, iv, plaintext, additional, at) => {
      agree((p) => p.aes256Gcm.seal(key, iv, plaintext, additional));
      const sealed = native.aes256Gcm.seal(key, iv, plaintext, additional);
      for (const { aes256Gcm } of providers) {
        assert.deepEqual(aes256Gcm.open(key, iv, sealed, additional), plaintext);
        assert.equal(aes256Gcm.open(key, iv, { ...sealed, tag: change(sealed.tag, at, 1) }, additional), undefined);
        assert.equal(aes256Gcm.open(key, change(iv, at, 1), sealed, additional), undefined);
        assert.equal(aes256Gcm.open(change(key, at, 1), iv, sealed, additional), undefined);
        assert.equal(aes256Gcm.open(key, iv, sealed, Uint8Array.of(...additional, 0)), undefined);
        assert.equal(aes256Gcm.open(key, iv, { ...sealed, tag: sealed.tag.subarray(1) }, additional), undefined);
        const ciphertext = Uint8Array.of(...sealed.ciphertext, 0);
        assert.equal(aes256Gcm.open(key, iv, { ...sealed, ciphertext }, additional), undefined);
      }
    }),
    { numRuns: 20 },
  );
  agree((p) => hex(p.scrypt(Uint8Array.of(1), Uint8Array.of(2), { n: 1024, r: 8, p: 1 })));
});
