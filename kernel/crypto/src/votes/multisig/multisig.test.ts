import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, Epoch, ValidatorIndex, View } from "@polis/codec";
import { bls } from "../../native/primitives.ts";
import type { Notarize, Nullify, Vote, VoteKeys, VoteScheme } from "../types.ts";
import { createMultisigKeys } from "./createMultisigKeys.ts";
import { createMultisigScheme } from "./createMultisigScheme.ts";

const genesisHash = "11".repeat(32) as Digest;
const digest = "22".repeat(32) as Digest;
const other = "33".repeat(32) as Digest;
const epoch = 0 as Epoch;
const view = 7 as View;

function setup(n: number, f: number): { scheme: VoteScheme; keys: VoteKeys[] } {
  const secrets = Array.from({ length: n }, (_, i) => bls.keygen(new Uint8Array(32).fill(i + 1)));
  const keys = secrets.map((secret, i) => createMultisigKeys({ index: i as ValidatorIndex, genesisHash, secret }));
  const publicKeys = secrets.map((secret) => bls.publicKey(secret)!);
  return { scheme: createMultisigScheme({ f, genesisHash, epoch, publicKeys }), keys };
}

function notarize(keys: VoteKeys, what = digest, at = view): Notarize {
  return {
    kind: "notarize",
    epoch,
    view: at,
    digest: what,
    signer: keys.index,
    sig: keys.signNotarize(epoch, at, what),
  };
}

function nullify(keys: VoteKeys): Nullify {
  return { kind: "nullify", epoch, view, signer: keys.index, sig: keys.signNullify(epoch, view) };
}

const { scheme, keys } = setup(6, 1);

test("a quorum of votes becomes a certificate that another copy of the scheme accepts", () => {
  const fresh = setup(6, 1).scheme;
  const cases = [
    ["notarization", keys.slice(0, 3).map((k) => notarize(k))],
    ["notarization", keys.slice(2).map((k) => notarize(k))],
    ["finalization", keys.slice(1).map((k) => notarize(k))],
    ["nullification", [keys[5]!, keys[0]!, keys[3]!].map(nullify)],
  ] as const;
  for (const [kind, votes] of cases) {
    const assembled = scheme.assemble(kind, votes);
    assert.ok(assembled.ok);
    assert.ok(fresh.verifyCertificate(assembled.certificate));
    const expected = votes.map((vote) => vote.signer).sort((a, b) => a - b);
    assert.deepEqual(scheme.signers(assembled.certificate), expected);
  }
});

test("culprits are found exactly, whatever is wrong with their signatures", () => {
  const big = setup(21, 4);
  const infinity = new Uint8Array(96);
  infinity[0] = 0xc0;
  const wrongSigs: [string, (k: VoteKeys) => Uint8Array][] = [
    ["of another message", (k) => k.signNotarize(epoch, view, other)],
    ["of nothing", () => new Uint8Array(96)],
    ["cut", (k) => k.signNotarize(epoch, view, digest).subarray(1)],
    ["infinity", () => infinity],
    ["outside the subgroup", () => outsideSubgroup()],
  ];
  for (const [name, wrong] of wrongSigs) {
    for (const bad of [[4], [0, 16], [3, 4, 9, 15]]) {
      const votes = big.keys.slice(0, 17).map((k): Vote => {
        const vote = notarize(k);
        return bad.includes(k.index) ? { ...vote, sig: wrong(k) } : vote;
      });
      assert.deepEqual(big.scheme.assemble("finalization", votes), { ok: false, culprits: bad }, name);
    }
  }
});

test("culprits of different kinds are found together", () => {
  const votes = keys.slice(0, 5).map((k): Vote => notarize(k));
  votes[1] = { ...votes[1]!, sig: new Uint8Array(96) };
  votes[3] = { ...votes[3]!, sig: keys[3]!.signNullify(epoch, view) };
  assert.deepEqual(scheme.assemble("finalization", votes), { ok: false, culprits: [1, 3] });
  votes[3] = notarize(keys[3]!);
  assert.deepEqual(scheme.assemble("finalization", votes), { ok: false, culprits: [1] });
});

test("a vote verifies only for its signer, view, digest, kind and epoch", () => {
  const vote = notarize(keys[2]!);
  assert.ok(scheme.verifyVote(vote));
  assert.ok(scheme.verifyVote(nullify(keys[2]!)));
  const wrong: Vote[] = [
    { ...vote, signer: 3 as ValidatorIndex },
    { ...vote, signer: 6 as ValidatorIndex },
    { ...vote, view: 8 as View },
    { ...vote, epoch: 1 as Epoch },
    { ...vote, digest: other },
    { ...nullify(keys[2]!), sig: vote.sig },
    { ...vote, sig: vote.sig.subarray(1) },
  ];
  for (const one of wrong) assert.equal(scheme.verifyVote(one), false);
});

test("proposals and status answers verify only as they were signed", () => {
  const claim = { epoch, view, digest, parentView: 6 as View, parentDigest: other };
  const sig = keys[1]!.signProposal(claim);
  const one = 1 as ValidatorIndex;
  assert.ok(scheme.verifyProposal(one, claim, sig));
  assert.equal(scheme.verifyProposal(2 as ValidatorIndex, claim, sig), false);
  assert.equal(scheme.verifyProposal(one, { ...claim, parentView: 5 as View }, sig), false);
  assert.equal(scheme.verifyProposal(one, { ...claim, parentDigest: digest }, sig), false);
  const status = { epoch, view, lastFinalizedView: 3 as View, lastFinalizedDigest: digest, nonce: new Uint8Array(32) };
  const answer = keys[1]!.signStatus(status);
  assert.ok(scheme.verifyStatus(one, status, answer));
  assert.equal(scheme.verifyStatus(one, { ...status, nonce: new Uint8Array(32).fill(1) }, answer), false);
  assert.equal(scheme.verifyStatus(one, { ...status, nonce: new Uint8Array(31) }, answer), false);
  assert.equal(scheme.verifyStatus(one, { ...status, lastFinalizedView: 4 as View }, answer), false);
});

test("a certificate cannot be relabelled, even after the true one was accepted", () => {
  const assembled = scheme.assemble(
    "notarization",
    keys.slice(0, 3).map((k) => notarize(k)),
  );
  assert.ok(assembled.ok);
  const { certificate } = assembled;
  assert.ok(scheme.verifyCertificate(certificate));
  assert.ok(scheme.verifyCertificate({ ...certificate }));
  const bitmap = Uint8Array.of(0b1011);
  for (const changed of [
    { view: 8 as View },
    { epoch: 1 as Epoch },
    { digest: other },
    { bitmap },
    { kind: "finalization" as const },
    { kind: "nullification" as const },
    { kind: "nullification" as const, digest: undefined },
    { scheme: "threshold" as const },
    { seed: new Uint8Array(96) },
    { signature: notarize(keys[0]!).sig },
    { signature: new Uint8Array(95) },
  ]) {
    assert.equal(scheme.verifyCertificate({ ...certificate, ...changed }), false, JSON.stringify(changed));
  }
});

test("assembling something that is no quorum of one message is our own mistake", () => {
  const votes = keys.slice(0, 3).map((k): Vote => notarize(k));
  assert.throws(() => scheme.assemble("finalization", votes), RangeError);
  assert.throws(() => scheme.assemble("nullification", votes), RangeError);
  assert.throws(() => scheme.assemble("notarization", [...votes.slice(0, 2), votes[0]!]), RangeError);
  assert.throws(() => scheme.assemble("notarization", [...votes.slice(0, 2), notarize(keys[2]!, other)]), RangeError);
  assert.throws(() => setup(5, 1), RangeError);
});

test("a single validator is a quorum of its own", () => {
  const alone = setup(1, 0);
  const assembled = alone.scheme.assemble("finalization", [notarize(alone.keys[0]!)]);
  assert.ok(assembled.ok && alone.scheme.verifyCertificate(assembled.certificate));
});

/** A point of the curve that parses without the subgroup check and fails it: the first such x coordinate. */
function outsideSubgroup(): Uint8Array {
  const bytes = new Uint8Array(96);
  bytes[0] = 0x80;
  for (let x = 1; x < 100; x++) {
    bytes[95] = x;
    if (bls.parseSignatureUnchecked(bytes) === undefined) continue;
    assert.equal(bls.parseSignature(bytes), undefined);
    return bytes;
  }
  throw new Error("no such point");
}
