import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, Epoch, ValidatorIndex, View } from "@polis/codec";
import fc from "fast-check";
import { bitmapOf } from "./bitmap.ts";
import { type CertificateShape, certificateBytes, decodeCertificate, encodeCertificate } from "./certificate.ts";
import { quorumsOf } from "./quorums.ts";
import type { Certificate } from "./types.ts";

/** A shape, and a certificate of that shape with a random quorum. */
const shaped = fc
  .record({
    f: fc.integer({ min: 0, max: 20 }),
    more: fc.nat({ max: 9 }),
    scheme: fc.constantFrom("multisig" as const, "threshold" as const),
    seeded: fc.boolean(),
    kind: fc.constantFrom("notarization" as const, "nullification" as const, "finalization" as const),
    epoch: fc.maxSafeNat(),
    view: fc.maxSafeNat(),
    digest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    signature: fc.uint8Array({ minLength: 96, maxLength: 96 }),
    order: fc.infiniteStream(fc.nat()),
    extra: fc.nat(),
  })
  .map(({ f, more, scheme, seeded, kind, epoch, view, digest, signature, order, extra }) => {
    const n = 5 * f + 1 + more;
    const quorums = quorumsOf(n, f);
    const quorum = kind === "finalization" ? quorums.l : quorums.m;
    const rank = Array.from({ length: n }, (_, i) => [order.next().value as number, i] as const);
    const chosen = rank.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, quorum + (extra % (n - quorum + 1)));
    digest[0] = 1;
    const shape: CertificateShape = { n, scheme, randomness: seeded ? "seed" : "hash", quorums };
    const certificate: Certificate = {
      kind,
      scheme,
      epoch: epoch as Epoch,
      view: view as View,
      digest: kind === "nullification" ? undefined : (digest.toHex() as Digest),
      bitmap:
        scheme === "multisig"
          ? bitmapOf(
              chosen.map(([, i]) => i as ValidatorIndex),
              n,
            )
          : new Uint8Array(0),
      signature,
      seed: seeded ? signature.slice().reverse() : undefined,
    };
    return { shape, certificate };
  });

test("a certificate comes back from its bytes", () => {
  fc.assert(
    fc.property(shaped, ({ shape, certificate }) => {
      const bytes = encodeCertificate(certificate, shape.n);
      assert.equal(bytes.length, certificateBytes(shape));
      assert.deepEqual(decodeCertificate(bytes, shape), { ok: true, value: certificate });
    }),
  );
});

test("changed bytes are refused or are another certificate with one encoding", () => {
  fc.assert(
    fc.property(shaped, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ shape, certificate }, at, flip) => {
      const bytes = encodeCertificate(certificate, shape.n);
      bytes[at % Math.min(bytes.length, 60)]! ^= flip;
      const decoded = decodeCertificate(bytes, shape);
      if (decoded.ok) assert.deepEqual(encodeCertificate(decoded.value, shape.n), bytes);
    }),
    { numRuns: 300 },
  );
});

const six: CertificateShape = { n: 6, scheme: "multisig", randomness: "hash", quorums: quorumsOf(6, 1) };
const good: Certificate = {
  kind: "notarization",
  scheme: "multisig",
  epoch: 1 as Epoch,
  view: 2 as View,
  digest: "0a".repeat(32) as Digest,
  bitmap: Uint8Array.of(0b111),
  signature: new Uint8Array(96).fill(7),
  seed: undefined,
};

test("a certificate of six validators has 150 bytes in the layout of kairos 3.4", () => {
  const expected = `0101${"0000000000000001"}${"0000000000000002"}${"0a".repeat(32)}000107${"07".repeat(96)}00`;
  assert.equal(encodeCertificate(good, 6).toHex(), expected);
  assert.equal(expected.length, 300);
});

const zero = new Uint8Array(32);
const refused: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array, string])[] = [
  ["a byte too many", (b) => Uint8Array.of(...b, 0), "CERTIFICATE_LENGTH"],
  ["a byte too few", (b) => b.subarray(1), "CERTIFICATE_LENGTH"],
  ["nothing", () => new Uint8Array(0), "CERTIFICATE_LENGTH"],
  ["kind 0", (b) => put(b, 0, 0), "CERTIFICATE_KIND"],
  ["kind 4", (b) => put(b, 0, 4), "CERTIFICATE_KIND"],
  ["scheme 0", (b) => put(b, 1, 0), "CERTIFICATE_SCHEME"],
  ["the other scheme", (b) => put(b, 1, 2), "CERTIFICATE_SCHEME"],
  ["an epoch of 2^63", (b) => put(b, 2, 0x80), "CERTIFICATE_VIEW"],
  ["a view of 2^53", (b) => put(b, 11, 0x20), "CERTIFICATE_VIEW"],
  ["a notarization of nothing", (b) => put(b, 18, ...zero), "CERTIFICATE_DIGEST"],
  ["a nullification of something", (b) => put(b, 0, 2), "CERTIFICATE_DIGEST"],
  ["a bitmap length of 0", (b) => put(b, 51, 0), "CERTIFICATE_BITMAP"],
  ["a bitmap length of 2", (b) => put(b, 51, 2), "CERTIFICATE_BITMAP"],
  ["a bit for a seventh validator", (b) => put(b, 52, 0b1000111), "CERTIFICATE_BITMAP"],
  ["two signers of three", (b) => put(b, 52, 0b11), "CERTIFICATE_QUORUM"],
  ["a finalization by four of six", (b) => put(put(b, 0, 3), 52, 0b1111), "CERTIFICATE_QUORUM"],
  ["a nullification by two", (b) => put(put(put(b, 0, 2), 18, ...zero), 52, 0b11), "CERTIFICATE_QUORUM"],
  ["a seed flag", (b) => put(b, 149, 1), "CERTIFICATE_SEED"],
];
for (const [name, change, code] of refused) {
  test(`refuses ${name}`, () => {
    const decoded = decodeCertificate(change(encodeCertificate(good, 6)), six);
    assert.equal(decoded.ok ? "accepted" : decoded.fault.code, code);
  });
}

test("a missing seed is refused where genesis chose seeds", () => {
  const bytes = encodeCertificate({ ...good, seed: new Uint8Array(96) }, 6);
  const shape: CertificateShape = { ...six, randomness: "seed" };
  assert.ok(decodeCertificate(bytes, shape).ok);
  const decoded = decodeCertificate(put(bytes, 149, 0), shape);
  assert.equal(decoded.ok ? "accepted" : decoded.fault.code, "CERTIFICATE_SEED");
});

test("encoding a certificate of another size is our own mistake", () => {
  assert.throws(() => encodeCertificate(good, 9), RangeError);
  assert.throws(() => encodeCertificate({ ...good, signature: zero }, 6), RangeError);
});

/** A copy with the bytes at `at` replaced. */
function put(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}
