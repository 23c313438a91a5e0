import assert from "node:assert/strict";
import { test } from "node:test";
import { ed25519 as curve } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { vrf as native } from "../native/vrf.ts";
import { sha512 as sha512Of } from "../portable/hashes.ts";
import { vrf as portable } from "../portable/vrf.ts";

const { Point } = curve;
const ORDER = Point.Fn.ORDER;
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const hex = (bytes: Uint8Array | undefined) => bytes?.toHex();

/** Both providers' answer, which must be one. */
function verify(publicKey: Uint8Array, input: Uint8Array, proof: Uint8Array): string | undefined {
  const answers = [native, portable].map((provider) => hex(provider.verify(publicKey, input, proof)));
  assert.equal(answers[0], answers[1], `key ${hex(publicKey)} input ${hex(input)} proof ${hex(proof)}`);
  return answers[0];
}

/** Encodings of the eight points of small order, and what looks like one: signs without x, y not below the field's size. */
const small: readonly Uint8Array[] = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000080",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
].map((text) => Uint8Array.fromHex(text));

test("both providers prove and verify alike, also what was changed", () => {
  fc.assert(
    fc.property(bytes32, fc.uint8Array({ maxLength: 40 }), fc.nat({ max: 639 }), (secret, input, bit) => {
      const [made, other] = [native.prove(secret, input), portable.prove(secret, input)];
      assert.deepEqual(made, other);
      const publicKey = curve.getPublicKey(secret);
      assert.equal(verify(publicKey, input, made.proof), hex(made.output));
      const changed = made.proof.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(verify(publicKey, input, changed), undefined);
    }),
    { numRuns: 15 },
  );
});

test("keys and gammas of small order, and encodings of no point, are judged alike", () => {
  const secret = new Uint8Array(32).fill(3);
  const input = Uint8Array.of(1, 2);
  const { proof } = native.prove(secret, input);
  const publicKey = curve.getPublicKey(secret);
  for (const point of small) {
    assert.equal(verify(point, input, proof), undefined, point.toHex());
    const changed = proof.slice();
    changed.set(point);
    assert.equal(verify(publicKey, input, changed), undefined, point.toHex());
    // A zero challenge and a zero scalar multiply to the neutral element, where libsodium gives up.
    for (const rest of [new Uint8Array(48), new Uint8Array(48).fill(0xff)]) {
      const empty = proof.slice();
      empty.set(point);
      empty.set(rest, 32);
      assert.equal(verify(publicKey, input, empty), undefined, point.toHex());
    }
  }
});

test("a key with a part of small order is no small key: its holder's proofs count with both providers or with none", () => {
  const torsion = Point.fromBytes(small[6]!, false);
  fc.assert(
    fc.property(fc.bigInt(1n, ORDER - 1n), fc.nat({ max: 7 }), fc.nat({ max: 7 }), (x, key, extra) => {
      const publicKey = Point.BASE.multiply(x).add(torsion.multiplyUnsafe(BigInt(key)));
      const input = Uint8Array.of(9);
      const answers = [0, 1, 2, 3].map((attempt) => {
        const proof = proveBy(
          x,
          publicKey.toBytes(),
          input,
          torsion.multiplyUnsafe(BigInt(extra)),
          BigInt(attempt + 1),
        );
        return verify(publicKey.toBytes(), input, proof);
      });
      if (key === 0 && extra === 0) assert.ok(answers.every((answer) => answer !== undefined));
    }),
    { numRuns: 8 },
  );
});

test("a proof whose gamma has a part of small order is accepted by both where its challenge divides by eight", () => {
  const torsion = Point.fromBytes(small[6]!, false);
  const x = 12_345n;
  const publicKey = Point.BASE.multiply(x).toBytes();
  const accepted = Array.from({ length: 40 }, (_, nonce) => nonce).filter((nonce) => {
    const proof = proveBy(x, publicKey, Uint8Array.of(7), torsion, BigInt(nonce + 1));
    const answer = verify(publicKey, Uint8Array.of(7), proof);
    assert.equal(answer !== undefined, (proof[32]! & 7) === 0, `nonce ${nonce}`);
    return answer !== undefined;
  });
  assert.ok(accepted.length > 0, "no challenge of the forty divides by eight");
});

/** A proof as RFC 9381 makes it, by someone who adds a point of small order to gamma and chooses the nonce. */
function proveBy(
  x: bigint,
  publicKey: Uint8Array,
  input: Uint8Array,
  extra: InstanceType<typeof Point>,
  nonce: bigint,
): Uint8Array {
  const h = hashedPoint(publicKey, input);
  const gamma = h.multiply(x).add(extra);
  const points = [h, gamma, Point.BASE.multiply(nonce), h.multiply(nonce)].map((point) => point.toBytes());
  const text = Uint8Array.from([3, 2, ...publicKey, ...points.flatMap((bytes) => [...bytes]), 0]);
  const c = sha512Of(text).slice(0, 16);
  const s = (nonce + little(c) * x) % ORDER;
  return Uint8Array.from([...points[1]!, ...c, ...Uint8Array.fromHex(s.toString(16).padStart(64, "0")).reverse()]);
}

function hashedPoint(publicKey: Uint8Array, input: Uint8Array): InstanceType<typeof Point> {
  for (let counter = 0; ; counter++) {
    const hashed = sha512Of(Uint8Array.from([3, 1, ...publicKey, ...input, counter, 0])).subarray(0, 32);
    try {
      return Point.fromBytes(hashed, false).clearCofactor();
    } catch {}
  }
}

function little(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytes.slice().reverse().toHex()}`);
}
