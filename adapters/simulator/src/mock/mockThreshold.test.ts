import assert from "node:assert/strict";
import { test } from "node:test";
import type { Epoch, ValidatorIndex, View } from "@polis/codec";
import { Leaders } from "../checkers/leaders.ts";
import { createPrng } from "../random/prng.ts";
import { decodeMockBlock, encodeMockBlock } from "./mockBlock.ts";
import { MOCK_GENESIS } from "./mockLedger.ts";
import { mockThreshold } from "./mockThreshold.ts";

const epoch = 0 as Epoch;
const view = 7 as View;
const { scheme, keysOf } = mockThreshold(6, 1, MOCK_GENESIS.digest, 3);

function nullifies(signers: readonly number[]) {
  return signers.map((i) => {
    const signer = i as ValidatorIndex;
    return { kind: "nullify", epoch, view, signer, sig: keysOf(signer).signNullify(epoch, view) } as const;
  });
}

test("any quorum makes the same certificate with the same seed, fewer or repeated voters make none", () => {
  const one = scheme.assemble("nullification", nullifies([0, 3, 5]));
  const other = scheme.assemble("nullification", nullifies([4, 1, 2, 0]));
  assert.ok(one.ok);
  assert.deepEqual(one, other);
  assert.equal(scheme.verifyCertificate(one.certificate), true);
  assert.equal(scheme.verifySeed!(view, one.certificate.seed!), true);
  assert.equal(scheme.verifySeed!((view + 1) as View, one.certificate.seed!), false);
  assert.equal(scheme.signers(one.certificate), undefined);
  assert.equal(scheme.assemble("nullification", nullifies([0, 3])).ok, false);
  assert.equal(scheme.assemble("nullification", nullifies([0, 3, 3])).ok, false);
});

test("a certificate with any changed field is refused", () => {
  const made = scheme.assemble("nullification", nullifies([0, 1, 2]));
  assert.ok(made.ok);
  const { certificate } = made;
  const changed = [
    { ...certificate, view: 8 as View },
    { ...certificate, kind: "finalization" as const, digest: MOCK_GENESIS.digest },
    { ...certificate, bitmap: new Uint8Array(1) },
    { ...certificate, scheme: "multisig" as const },
    { ...certificate, seed: undefined },
    { ...certificate, seed: certificate.signature },
    { ...certificate, signature: certificate.seed! },
  ];
  for (const bad of changed) assert.equal(scheme.verifyCertificate(bad), false);
});

test("a block carries the seed of the view before it", () => {
  const prevSeed = createPrng(1).bytes(96);
  const block = { info: { ...MOCK_GENESIS, prevSeed }, stateRoot: MOCK_GENESIS.digest, transactions: [] };
  const bytes = encodeMockBlock(block);
  const decoded = decodeMockBlock(bytes);
  assert.ok(decoded.ok);
  assert.deepEqual(decoded.value.info.prevSeed, prevSeed);
  assert.equal(decodeMockBlock(bytes.slice(0, -1)).ok, false);
});

test("the judge knows leaders from seeds, evenly spread, and refuses a second seed of a view", () => {
  const failures: string[] = [];
  const leaders = new Leaders({ mode: "random", n: 6, genesis: MOCK_GENESIS.digest }, (code) => failures.push(code));
  const prng = createPrng(5);
  const counts = [0, 0, 0, 0, 0, 0];
  assert.notEqual(leaders.of(1 as View), undefined, "the seed of view 0 is the genesis hash");
  for (let v = 2; v < 602; v++) {
    assert.equal(leaders.of(v as View), undefined);
    leaders.learn(v - 1, prng.bytes(96), undefined);
    counts[leaders.of(v as View)!]!++;
  }
  assert.ok(Math.min(...counts) > 60, `${counts}`);
  leaders.learn(9, prng.bytes(96), undefined);
  assert.deepEqual(failures, ["K18"]);
});
