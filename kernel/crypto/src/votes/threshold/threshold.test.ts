import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, type Digest, type Epoch, type ValidatorIndex, type View } from "@polis/codec";
import fc from "fast-check";
import { bls } from "../../native/primitives.ts";
import type { Vote, VoteKeys, VoteScheme } from "../types.ts";
import { checkSharing } from "./checkSharing.ts";
import { combinePartials } from "./combine.ts";
import { createThresholdKeys } from "./createThresholdKeys.ts";
import { createThresholdScheme } from "./createThresholdScheme.ts";
import { dealSharing, dealThreshold } from "./deal.ts";

const genesisHash = "11".repeat(32) as Digest;
const digest = "22".repeat(32) as Digest;
const epoch = 0 as Epoch;
const view = 7 as View;
const entropy = new Uint8Array(32).fill(9);

function setup(n: number, f: number, randomness: "hash" | "seed"): { scheme: VoteScheme; keys: VoteKeys[] } {
  const dealing = dealThreshold(n, f, entropy);
  const secrets = Array.from({ length: n }, (_, i) => bls.keygen(new Uint8Array(32).fill(i + 1)));
  const publicKeys = secrets.map((secret) => bls.publicKey(secret)!);
  const scheme = createThresholdScheme({ f, genesisHash, epoch, publicKeys, m: dealing.m, l: dealing.l, randomness });
  const keys = secrets.map((secret, i) => {
    const [shareM, shareL] = [dealing.m.shares[i]!, dealing.l.shares[i]!];
    return createThresholdKeys({ index: i as ValidatorIndex, genesisHash, secret, shareM, shareL, randomness });
  });
  return { scheme, keys };
}

function notarize(keys: VoteKeys, what = digest): Vote {
  const sig = keys.signNotarize(epoch, view, what);
  return { kind: "notarize", epoch, view, digest: what, signer: keys.index, sig };
}

function nullify(keys: VoteKeys): Vote {
  return { kind: "nullify", epoch, view, signer: keys.index, sig: keys.signNullify(epoch, view) };
}

const plain = setup(6, 1, "hash");
const seeded = setup(6, 1, "seed");

test("a certificate verifies under the group key and is the same for every quorum (kairos K14)", () => {
  const fresh = setup(6, 1, "hash").scheme;
  const cases = [
    [
      "notarization",
      3,
      [
        [0, 1, 2],
        [0, 2, 5],
        [3, 4, 5],
        [5, 1, 0],
        [0, 1, 2, 3, 4],
      ],
    ],
    [
      "finalization",
      5,
      [
        [0, 1, 2, 3, 4],
        [0, 1, 2, 3, 5],
        [1, 2, 3, 4, 5],
        [0, 1, 2, 3, 4, 5],
      ],
    ],
  ] as const;
  for (const [kind, , quorums] of cases) {
    const signatures = quorums.map((quorum) => {
      const assembled = plain.scheme.assemble(
        kind,
        quorum.map((i) => notarize(plain.keys[i]!)),
      );
      assert.ok(assembled.ok);
      assert.ok(fresh.verifyCertificate(assembled.certificate));
      assert.equal(plain.scheme.signers(assembled.certificate), undefined);
      return assembled.certificate.signature.toHex();
    });
    assert.equal(new Set(signatures).size, 1);
  }
});

test("combining random subsets gives the group's signature at n = 11, 50 and 101", () => {
  const message = Uint8Array.of(1, 2, 3);
  for (const [n, f, runs] of [
    [11, 2, 3],
    [50, 9, 2],
    [101, 20, 1],
  ] as const) {
    for (const t of [2 * f + 1, n - f]) {
      const sharing = dealSharing(n, t, entropy, "test");
      const group = bls.parsePublicKey(sharing.groupKey)!;
      const all = Array.from({ length: n }, (_, i) => i + 1);
      const subsets = fc.sample(fc.subarray(all, { minLength: t, maxLength: t }), { numRuns: runs, seed: n });
      for (const subset of subsets) {
        subset.sort((a, b) => a - b);
        const partials = subset.map((i) => bls.parseSignature(bls.sign(message, sharing.shares[i - 1]!)!)!);
        assert.ok(bls.verify(message, group, combinePartials(n, subset, partials)!), `n=${n} t=${t}`);
      }
    }
  }
});

test("every certificate of a view carries the same seed, whatever was voted (kairos K18)", () => {
  const { scheme, keys } = seeded;
  const other = "44".repeat(32) as Digest;
  const certificates = [
    scheme.assemble("nullification", keys.slice(0, 3).map(nullify)),
    scheme.assemble(
      "notarization",
      keys.slice(3).map((k) => notarize(k)),
    ),
    setup(6, 1, "seed").scheme.assemble(
      "finalization",
      keys.slice(1).map((k) => notarize(k, other)),
    ),
  ].map((assembled) => {
    assert.ok(assembled.ok);
    return assembled.certificate;
  });
  const fresh = setup(6, 1, "seed").scheme;
  for (const certificate of certificates) assert.ok(fresh.verifyCertificate(certificate));
  const seeds = new Set(certificates.map((certificate) => certificate.seed!.toHex()));
  assert.equal(seeds.size, 1);
  const seed = certificates[0]!.seed!;
  assert.ok(setup(6, 1, "seed").scheme.verifySeed!(view, seed));
  assert.equal(fresh.verifySeed!(8 as View, seed), false);
  assert.equal(fresh.verifySeed!(view, new Uint8Array(96)), false);
  assert.ok(fresh.verifySeed!(0 as View, Uint8Array.fromHex(genesisHash.repeat(3))));
  assert.equal(fresh.verifySeed!(0 as View, seed), false);
  assert.equal(plain.scheme.verifySeed!(view, seed), false);
});

test("a vote verifies only with every partial right and for its signer", () => {
  for (const { scheme, keys } of [plain, seeded]) {
    for (const vote of [notarize(keys[2]!), nullify(keys[2]!)]) {
      assert.equal(vote.sig.length, scheme.voteSigBytes[vote.kind]);
      assert.ok(scheme.verifyVote(vote));
      for (const changed of [{ view: 8 as View }, { signer: 1 as ValidatorIndex }, { epoch: 1 as Epoch }]) {
        assert.equal(scheme.verifyVote({ ...vote, ...changed } as Vote), false);
      }
      assert.equal(scheme.verifyVote({ ...vote, sig: vote.sig.subarray(1) }), false);
      const stranger = vote.kind === "notarize" ? notarize(keys[3]!) : nullify(keys[3]!);
      for (let at = 0; at < vote.sig.length; at += 96) {
        const sig = vote.sig.slice();
        sig.set(stranger.sig.subarray(at, at + 96), at);
        assert.equal(scheme.verifyVote({ ...vote, sig }), false, `partial at ${at}`);
      }
    }
  }
});

test("culprits are found exactly, whichever partial is wrong", () => {
  const { scheme, keys } = setup(11, 2, "seed");
  const spoil = (vote: Vote, at: number, part: Uint8Array): Vote => {
    const sig = vote.sig.slice();
    sig.set(part, at);
    return { ...vote, sig };
  };
  const foreign = nullify(keys[0]!).sig.subarray(0, 96);
  for (const [at, part] of [
    [96, foreign],
    [96, new Uint8Array(96)],
  ] as const) {
    for (const bad of [[8], [0, 5], [1, 2, 7]]) {
      const votes = keys.slice(0, 9).map((k) => (bad.includes(k.index) ? spoil(notarize(k), at, part) : notarize(k)));
      assert.deepEqual(scheme.assemble("finalization", votes), { ok: false, culprits: bad });
    }
  }
  const short = keys.slice(0, 5).map(nullify);
  short[3] = { ...short[3]!, sig: short[3]!.sig.subarray(96) };
  assert.deepEqual(setup(11, 2, "seed").scheme.assemble("nullification", short), { ok: false, culprits: [3] });
});

test("a wrong seed partial is blamed when it was used", () => {
  const { scheme, keys } = setup(6, 1, "seed");
  const votes = keys.slice(0, 3).map(nullify);
  votes[1] = { ...votes[1]!, sig: concatBytes(votes[1]!.sig.subarray(0, 96), votes[2]!.sig.subarray(96)) };
  assert.deepEqual(scheme.assemble("nullification", votes), { ok: false, culprits: [1] });
});

test("votes beyond the threshold are checked too", () => {
  const votes = plain.keys.map((k) => notarize(k));
  const sig = concatBytes(votes[5]!.sig.subarray(0, 96), votes[4]!.sig.subarray(96));
  votes[5] = { ...votes[5]!, sig };
  assert.deepEqual(setup(6, 1, "hash").scheme.assemble("finalization", votes), { ok: false, culprits: [5] });
});

test("a known signature under another label, or another signature under a known label, is refused", () => {
  const assembled = plain.scheme.assemble(
    "notarization",
    plain.keys.slice(0, 3).map((k) => notarize(k)),
  );
  assert.ok(assembled.ok);
  const { certificate } = assembled;
  for (const changed of [
    { view: 8 as View },
    { kind: "finalization" as const },
    { digest: "55".repeat(32) as Digest },
    { bitmap: Uint8Array.of(7) },
    { seed: new Uint8Array(96) },
    { signature: notarize(plain.keys[0]!).sig.subarray(0, 96) },
  ]) {
    assert.equal(plain.scheme.verifyCertificate({ ...certificate, ...changed }), false);
  }
});

test("a dealing is consistent, and inconsistent share keys are refused (kairos K8)", () => {
  for (const [n, f] of [
    [1, 0],
    [6, 1],
    [11, 2],
  ] as const) {
    const { m, l } = dealThreshold(n, f, entropy);
    for (const sharing of [m, l]) assert.deepEqual(checkSharing(sharing, sharing.threshold), { ok: true, value: true });
    if (n === 1) continue;
    const code = (changed: Partial<typeof m>, t = m.threshold) => {
      const checked = checkSharing({ ...m, ...changed }, t);
      return checked.ok ? "accepted" : checked.fault.code;
    };
    const swapped = [...m.shareKeys];
    [swapped[1], swapped[n - 1]] = [swapped[n - 1]!, swapped[1]!];
    assert.equal(code({ shareKeys: swapped }), "VALIDATORS_SHARES");
    assert.equal(code({ groupKey: l.groupKey }), "VALIDATORS_GROUP_KEY");
    assert.equal(code({ groupKey: new Uint8Array(48) }), "VALIDATORS_KEY");
    assert.equal(code({}, m.threshold - 1), "VALIDATORS_SHARES");
    assert.notEqual(code({}, m.threshold + 1), "accepted");
  }
});
