import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, Epoch, Height, ValidatorIndex, View } from "@polis/codec";
import type { Certificate } from "@polis/crypto";
import type { Finalize } from "@polis/minimmit";
import { mockTextDigest } from "../mock/mockDigest.ts";
import { MOCK_GENESIS } from "../mock/mockLedger.ts";
import { ChainTable } from "./chainTable.ts";
import { Durability } from "./durability.ts";
import { createSometimes } from "./sometimes.ts";
import { VoteTable } from "./voteTable.ts";

const epoch = 0 as Epoch;
const sig = new Uint8Array(96);
const v = (n: number) => n as View;
const d = (name: string): Digest => mockTextDigest(name);

function tables(faulty: readonly number[] = []) {
  const codes: string[] = [];
  const fail = (code: string) => codes.push(code);
  const sometimes = createSometimes();
  const votes = new VoteTable(6, new Set(faulty), sometimes, fail);
  const chain = new ChainTable(MOCK_GENESIS, votes, sometimes, fail);
  const durability = new Durability(votes, fail);
  const notarize = (signer: number, view: number, digest: Digest) =>
    votes.vote({ kind: "notarize", epoch, view: v(view), digest, signer: signer as ValidatorIndex, sig });
  const nullify = (signer: number, view: number) =>
    votes.vote({ kind: "nullify", epoch, view: v(view), signer: signer as ValidatorIndex, sig });
  return { codes, votes, chain, durability, notarize, nullify };
}

function certificate(kind: Certificate["kind"], view: number, digest: Digest | undefined, bits: number): Certificate {
  const bitmap = Uint8Array.of(bits);
  return { kind, scheme: "multisig", epoch, view: v(view), digest, bitmap, signature: sig, seed: undefined };
}

test("MI2: two blocks, or a notarize after a nullify; a nullify after a notarize is no violation", () => {
  const t = tables([5]);
  t.notarize(0, 1, d("a"));
  t.nullify(0, 1);
  t.nullify(1, 1);
  t.notarize(5, 1, d("a"));
  t.notarize(5, 1, d("b"));
  assert.deepEqual([...t.codes], []);
  t.notarize(0, 1, d("b"));
  assert.ok(t.codes.includes("MI2"));
  const other = tables();
  other.nullify(1, 1);
  other.notarize(1, 1, d("a"));
  assert.deepEqual([...other.codes], ["MI2"]);
});

test("MI4: two proposals of an honest leader", () => {
  const t = tables([2]);
  for (const leader of [1, 2]) {
    t.votes.proposal(v(leader), d("a"), leader);
    t.votes.proposal(v(leader), d("b"), leader);
  }
  assert.deepEqual([...t.codes], ["MI4"]);
});

test("MI9 and MI10: a decided block with M nullifies, or with a rival of M votes", () => {
  const t = tables([5]);
  for (let i = 0; i < 5; i++) t.notarize(i, 1, d("a"));
  t.nullify(0, 1);
  t.nullify(5, 1);
  assert.deepEqual([...t.codes], []);
  t.nullify(1, 1);
  assert.deepEqual([...t.codes], ["MI9"]);
  const other = tables([3, 4, 5]);
  for (let i = 0; i < 6; i++) if (i !== 2) other.notarize(i, 1, d("a"));
  for (const i of [3, 4, 5]) other.notarize(i, 1, d("b"));
  assert.deepEqual([...other.codes], ["MI10"]);
});

test("MI3 and MI8: certificates of one view that exclude each other", () => {
  const t = tables();
  for (let i = 0; i < 5; i++) t.notarize(i, 1, d("a"));
  t.votes.certificate(certificate("finalization", 1, d("a"), 0b11111), 0);
  assert.deepEqual([...t.codes], []);
  t.votes.certificate(certificate("nullification", 1, undefined, 0b111), undefined);
  assert.deepEqual([...t.codes], ["MI3"]);
  t.votes.certificate(certificate("finalization", 1, d("b"), 0b11111), undefined);
  assert.deepEqual([...t.codes].slice(0, 2), ["MI3", "MI8"]);
});

test("MI6: too few signers, a spare bit, a digest on a nullification, somebody who never voted", () => {
  const bad = [
    certificate("nullification", 1, undefined, 0b11),
    certificate("nullification", 1, undefined, 0b11000001),
    certificate("nullification", 1, d("a"), 0b111),
    certificate("nullification", 1, undefined, 0b1011),
    { ...certificate("nullification", 1, undefined, 0b111), bitmap: new Uint8Array(2) },
  ];
  for (const each of bad) {
    const t = tables();
    for (const i of [0, 1, 2]) t.nullify(i, 1);
    t.votes.certificate(certificate("nullification", 1, undefined, 0b111), 4);
    assert.deepEqual([...t.codes], []);
    t.votes.certificate(each, 4);
    assert.deepEqual([...t.codes], ["MI6"]);
  }
});

test("MI12 and MI7: a vote before its record, and a restart that forgot one", () => {
  const t = tables();
  const record = { kind: "notarize", epoch, view: v(3), digest: d("a"), parent: undefined } as const;
  t.durability.leaves(0, "notarize", v(3), d("a"));
  assert.deepEqual([...t.codes], ["MI12"]);
  t.durability.synced(0, [record]);
  t.durability.leaves(0, "notarize", v(3), d("a"));
  t.notarize(0, 3, d("a"));
  const restored = {
    journal: "held",
    records: [record],
    safeView: undefined,
    lastFinalized: { height: 0 as Height, view: v(0), digest: d("g"), info: MOCK_GENESIS },
    finalization: undefined,
    proofs: [],
    blocks: [],
  } as const;
  t.durability.restarted(0, restored);
  assert.deepEqual([...t.codes], ["MI12"]);
  t.durability.restarted(0, { ...restored, records: [] });
  assert.deepEqual([...t.codes], ["MI12", "MI7"]);
});

test("MI1, MI5, MI11, MI14: forks, jumps, missing nullifications, two roots", () => {
  const setup = () => {
    const t = tables();
    const block = (name: string, height: number, view: number, parent: Digest, parentView: number) => {
      const info = { ...MOCK_GENESIS, digest: d(name), height: height as Height, view: v(view) };
      t.chain.infos.set(info.digest, { ...info, parentDigest: parent, parentView: v(parentView) });
      for (let i = 0; i < 5; i++) t.notarize(i, view, d(name));
      const blocks = [{ digest: d(name), height: height as Height, view: v(view), direct: true }];
      const final = certificate("finalization", view, d(name), 0b11111);
      return { kind: "finalize", blocks, certificate: final, views: [], pruneBelow: v(view) } satisfies Finalize;
    };
    return { t, block };
  };
  const { t, block } = setup();
  const a = block("a", 1, 1, MOCK_GENESIS.digest, 0);
  t.chain.finalized(0, a, () => d("root"));
  assert.deepEqual([...t.codes], []);
  t.chain.finalized(1, a, () => d("other root"));
  assert.deepEqual([...t.codes], ["MI14"]);
  t.chain.finalized(2, block("b", 1, 2, MOCK_GENESIS.digest, 0), () => undefined);
  assert.ok(t.codes.includes("MI1"));
  const second = setup();
  second.t.chain.finalized(0, second.block("c", 1, 3, MOCK_GENESIS.digest, 0), () => undefined);
  assert.deepEqual([...second.t.codes], ["MI11", "MI11"], "views 1 and 2 are not nullified");
  second.t.chain.finalized(0, second.block("e", 4, 4, d("c"), 3), () => undefined);
  assert.ok(second.t.codes.includes("MI5"));
});
