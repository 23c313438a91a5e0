import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, Epoch, Millis, ValidatorIndex, View } from "@polis/codec";
import fc from "fast-check";
import { SimDisk } from "../disk/simDisk.ts";
import { decodeMockBlock, MOCK_EPOCH } from "./mockBlock.ts";
import { mockTextDigest } from "./mockDigest.ts";
import { MOCK_GENESIS, mockLedger } from "./mockLedger.ts";
import { mockScheme } from "./mockScheme.ts";

const epoch = 0 as Epoch;
const view = (n: number) => n as View;
const request = (parent: Digest, v: number, timeMs: number) => ({
  view: view(v),
  leader: 0 as ValidatorIndex,
  parentDigest: parent,
  parentView: view(v - 1),
  timeMs: timeMs as Millis,
  prevSeed: undefined,
});

test("a mock signature is only its signer's, for one view and one digest", () => {
  const { scheme, keysOf } = mockScheme(6, 1, MOCK_GENESIS.digest, 3);
  const digest = mockTextDigest("a block");
  const sig = keysOf(2 as ValidatorIndex).signNotarize(epoch, view(5), digest);
  const vote = { kind: "notarize", epoch, view: view(5), digest, signer: 2 as ValidatorIndex, sig } as const;
  assert.equal(scheme.verifyVote(vote), true);
  const wrong = [
    { ...vote, signer: 3 as ValidatorIndex },
    { ...vote, signer: 9 as ValidatorIndex },
    { ...vote, view: view(6) },
    { ...vote, epoch: 1 as Epoch },
    { ...vote, digest: mockTextDigest("another") },
    { ...vote, sig: sig.slice(1) },
  ];
  for (const bad of wrong) assert.equal(scheme.verifyVote(bad), false);
  const nullify = { kind: "nullify", epoch, view: view(5), signer: vote.signer, sig } as const;
  assert.equal(scheme.verifyVote(nullify), false);
});

test("a mock certificate needs a quorum of distinct voters and exactly their bits", () => {
  const { scheme, keysOf } = mockScheme(6, 1, MOCK_GENESIS.digest, 3);
  const votes = [0, 3, 5].map((i) => {
    const signer = i as ValidatorIndex;
    return { kind: "nullify", epoch, view: view(7), signer, sig: keysOf(signer).signNullify(epoch, view(7)) } as const;
  });
  const assembled = scheme.assemble("nullification", votes);
  assert.ok(assembled.ok);
  const { certificate } = assembled;
  assert.equal(scheme.verifyCertificate(certificate), true);
  assert.deepEqual(scheme.signers(certificate), [0, 3, 5]);
  for (let bit = 0; bit < 8; bit++) {
    const bitmap = certificate.bitmap.slice();
    bitmap[0]! ^= 1 << bit;
    assert.equal(scheme.verifyCertificate({ ...certificate, bitmap }), false, `bit ${bit}`);
  }
  assert.equal(scheme.verifyCertificate({ ...certificate, view: view(8) }), false);
  assert.equal(scheme.verifyCertificate({ ...certificate, digest: mockTextDigest("x") }), false);
  const forged = scheme.assemble("nullification", [{ ...votes[0]!, sig: new Uint8Array(96) }, votes[1]!, votes[2]!]);
  assert.deepEqual(forged, { ok: false, culprits: [0] });
});

test("two mock ledgers agree on every block, and refuse a wrong root, a repeated transaction and a bad time", () => {
  const ledgers = [0, 1].map((i) => mockLedger.create(i, new SimDisk()));
  const [a, b] = ledgers as [(typeof ledgers)[0], (typeof ledgers)[0]];
  a.submit(mockLedger.transaction(1));
  const leader = 0 as ValidatorIndex;
  const first = a.build(request(MOCK_GENESIS.digest, 1, MOCK_GENESIS.timeMs + 5));
  assert.equal(first.transactions, 1);
  assert.deepEqual(b.execute(first.block, leader), { ok: true, value: first.info });
  assert.equal(b.stateRoot(first.info.digest), a.stateRoot(first.info.digest));
  assert.equal(b.execute(a.corrupt!(first.block), leader).ok, false);
  b.submit(mockLedger.transaction(1));
  assert.equal(b.build(request(first.info.digest, 2, first.info.timeMs + 1)).transactions, 0);
  const late = a.build(request(first.info.digest, 2, first.info.timeMs));
  assert.equal(b.execute(late.block, leader).ok, false, "time does not grow");
  assert.equal(b.isFinal!(mockLedger.transaction(1)), false);
  assert.ok(b.finalize(first.info.digest).length > 2);
  assert.throws(() => b.finalize(late.info.digest), /order/);
});

test("a ledger made again over its disk continues at the tip", () => {
  const disk = new SimDisk();
  const before = mockLedger.create(0, disk);
  const first = before.build(request(MOCK_GENESIS.digest, 1, MOCK_GENESIS.timeMs + 5));
  disk.write(before.finalize(first.info.digest));
  const after = mockLedger.create(0, disk);
  assert.equal(after.isExecuted(first.info.digest), true);
  assert.equal(after.stateRoot(first.info.digest), before.stateRoot(first.info.digest));
});

test("decoding a mock block is total and exact", () => {
  const ledger = mockLedger.create(0, new SimDisk());
  ledger.submit(mockLedger.transaction(7));
  const { block, info } = ledger.build(request(MOCK_GENESIS.digest, 3, MOCK_GENESIS.timeMs + 9));
  assert.equal(info.epoch, MOCK_EPOCH);
  fc.assert(
    fc.property(fc.nat(block.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const copy = block.slice();
      copy[at]! ^= change;
      const decoded = decodeMockBlock(copy);
      assert.ok(!decoded.ok || decoded.value.info.digest !== info.digest);
      assert.equal(decodeMockBlock(block.slice(0, at)).ok, false);
    }),
  );
});
