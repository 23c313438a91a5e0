import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { ed25519 as curve } from "@noble/curves/ed25519.js";
import { bytesToBigInt, concatBytes } from "@polis/codec";
import { ed25519 as native } from "../native/ed25519.ts";
import { sha512 } from "../native/hashes.ts";
import { ed25519 as portable } from "../portable/ed25519.ts";

const { Point } = curve;
const order = Point.Fn.ORDER;
const prime = (1n << 255n) - 19n;
const torsion = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
const zeroPoint = Point.ZERO;
type P = typeof torsion;

const le = (bytes: Uint8Array) => bytesToBigInt(bytes.slice().reverse());
const leBytes = (value: bigint) => Uint8Array.fromHex(value.toString(16).padStart(64, "0")).reverse();
const mod = (value: bigint) => ((value % order) + order) % order;
const challenge = (r: Uint8Array, a: Uint8Array, message: Uint8Array) => le(sha512(concatBytes(r, a, message))) % order;

/** Chance of the search below failing on all messages is (7/8)^400. */
const messages = Array.from({ length: 400 }, (_, i) => Uint8Array.of(i & 255, i >> 8));

interface Case {
  readonly message: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Builds a signature with A = a·B + tA and R = r·B + tR, over the first message for which the torsion parts satisfy
 * `fits(h)`, where h is the challenge. Encodings may be replaced by non-canonical ones.
 */
function build(
  spec: { a: bigint; tA: P; r: bigint; tR: P; encodedA?: Uint8Array; encodedR?: Uint8Array; hashR?: Uint8Array },
  fits: (h: bigint) => boolean,
  shift = 0n,
): Case {
  const point = (k: bigint) => (k === 0n ? zeroPoint : Point.BASE.multiply(k));
  const publicKey = spec.encodedA ?? point(spec.a).add(spec.tA).toBytes();
  const encodedR = spec.encodedR ?? point(spec.r).add(spec.tR).toBytes();
  for (const message of messages) {
    const h = challenge(spec.hashR ?? encodedR, publicKey, message);
    if (!fits(h)) continue;
    const s = mod(spec.r + h * spec.a) + shift;
    return { message, publicKey, signature: concatBytes(encodedR, leBytes(s)) };
  }
  throw new Error("no message fits");
}

/** tR = -h·tA: then the equation holds without the cofactor. */
const exact = (tA: P, tR: P) => (h: bigint) =>
  tA
    .multiplyUnsafe(h % 8n)
    .add(tR)
    .is0();
const not = (fits: (h: bigint) => boolean) => (h: bigint) => !fits(h);

const t = torsion;
const t2 = torsion.double().double();
const a = 123456789n;
const r = 987654321n;
// Encodings of the points with y = 1 and y = 0 that are not reduced modulo p.
const oneAsP1 = leBytes(prime + 1n);
const zeroAsP = leBytes(prime);
const orderFour = Point.fromBytes(leBytes(0n), false);
const anything = () => true;

/**
 * The twelve kinds of edge case of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko), made here. libsodium accepts
 * the fourth alone, and that is the rule of both chains (kairos K3, kratos-core 1.4).
 */
const cases: readonly (readonly [string, Case, boolean])[] = [
  ["0: A and R small, S = 0", build({ a: 0n, tA: t, r: 0n, tR: t }, exact(t, t)), false],
  ["1: A small, R mixed", build({ a: 0n, tA: t, r, tR: t }, exact(t, t)), false],
  ["2: A mixed, R small", build({ a, tA: t, r: 0n, tR: t }, exact(t, t)), false],
  ["3: A and R mixed, exact", build({ a, tA: t, r, tR: t }, exact(t, t)), true],
  ["4: A and R mixed, with the cofactor only", build({ a, tA: t, r, tR: t2 }, not(exact(t, t2))), false],
  [
    "5: A mixed, R of prime order, with the cofactor only",
    build({ a, tA: t, r, tR: zeroPoint }, not(exact(t, zeroPoint))),
    false,
  ],
  ["6: S above the order", build({ a, tA: zeroPoint, r, tR: zeroPoint }, anything, order), false],
  ["7: S far above the order", build({ a, tA: zeroPoint, r, tR: zeroPoint }, anything, order * 14n), false],
  [
    "8: R small and not reduced",
    build({ a, tA: t, r: 0n, tR: zeroPoint, encodedR: oneAsP1 }, exact(t, zeroPoint)),
    false,
  ],
  [
    "9: as 8, hashed in the reduced form",
    build({ a, tA: t, r: 0n, tR: zeroPoint, encodedR: oneAsP1, hashR: leBytes(1n) }, exact(t, zeroPoint)),
    false,
  ],
  [
    "10: A small and not reduced",
    build({ a: 0n, tA: orderFour, r, tR: t2, encodedA: zeroAsP }, exact(orderFour, t2)),
    false,
  ],
  [
    "11: A the identity, not reduced",
    build({ a: 0n, tA: zeroPoint, r, tR: zeroPoint, encodedA: oneAsP1 }, anything),
    false,
  ],
];
for (const [name, { message, publicKey, signature }, accepted] of cases) {
  test(`edge case ${name}: ${accepted ? "accepted" : "refused"} by both providers`, () => {
    assert.equal(native.verify(message, signature, publicKey), accepted, "native");
    assert.equal(portable.verify(message, signature, publicKey), accepted, "portable");
  });
}

test("the cases 4 and 5 are real: the library's own verifier accepts them", () => {
  for (const at of [4, 5]) {
    const { message, publicKey, signature } = cases[at]![1];
    assert.ok(curve.verify(signature, message, publicKey, { zip215: true }));
  }
});

test("keys and signatures of the wrong length are refused", () => {
  const seed = new Uint8Array(32).fill(1);
  for (const door of [native, portable]) {
    const message = Uint8Array.of(1);
    const [publicKey, signature] = [door.publicKey(seed), door.sign(message, seed)];
    assert.ok(door.verify(message, signature, publicKey));
    assert.equal(door.verify(message, signature.subarray(1), publicKey), false);
    assert.equal(door.verify(message, concatBytes(signature, message), publicKey), false);
    assert.equal(door.verify(message, signature, publicKey.subarray(1)), false);
    assert.throws(() => door.publicKey(new Uint8Array(31)), RangeError);
    assert.throws(() => door.sign(message, new Uint8Array(33)), RangeError);
  }
});

const file = new URL("../../../../../shared/vectors/wycheproof/ed25519_test.json", import.meta.url);
test("the Wycheproof vectors", { skip: existsSync(file) ? false : "the folder ../shared is absent" }, () => {
  const { testGroups } = JSON.parse(readFileSync(file, "utf8"));
  let count = 0;
  for (const group of testGroups) {
    const publicKey = Uint8Array.fromHex(group.publicKey.pk);
    for (const { tcId, msg, sig, result } of group.tests) {
      const [message, signature] = [Uint8Array.fromHex(msg), Uint8Array.fromHex(sig)];
      const expected = result === "valid";
      assert.equal(native.verify(message, signature, publicKey), expected, `native ${tcId}`);
      assert.equal(portable.verify(message, signature, publicKey), expected, `portable ${tcId}`);
      count++;
    }
  }
  assert.ok(count > 140);
});
