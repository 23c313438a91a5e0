import assert from "node:assert/strict";
import { PerformanceObserver } from "node:perf_hooks";
import { test } from "node:test";
import { type Digest, digest as digestOf, epoch, view as viewOf } from "@polis/codec";
import type { Certificate, CertificateKind } from "@polis/crypto";
import fc from "fast-check";
import { differences, emptyState, type RingState } from "./events.ts";
import { createRing, layoutOf, ringSlots } from "./layout.ts";
import { RingReader } from "./ringReader.ts";
import { earlyViews, RingWriter } from "./ringWriter.ts";
import type { ViewSnapshot } from "./snapshot.ts";
import { stateJson } from "./stateJson.ts";
import { loadHash, loadWide, storeHash, storeWide } from "./words.ts";

const a = digestOf("0123456789abcdef".repeat(4));
const b = digestOf("fedcba9876543210".repeat(4));
const garbage = (i: number): Digest => digestOf(i.toString(16).padStart(64, "c"));

function ring(n = 6, f = 1, roundRobin = true) {
  const layout = layoutOf(n, f);
  const words = createRing(layout);
  const writer = new RingWriter(words, { layout, f, roundRobin }, { finalizedView: 0, finalizedHeight: 0 });
  const reader = new RingReader(words, layout);
  const state = (): RingState => ({ totals: reader.totals(), slots: reader.slots() });
  const slot = (view: number): ViewSnapshot | undefined => {
    const found = reader.slots()[view % ringSlots];
    return found?.view === view ? found : undefined;
  };
  return { writer, state, slot };
}

function certificate(kind: CertificateKind, view: number, digest: Digest | undefined, signers: number): Certificate {
  const bitmap = Uint8Array.of(signers);
  const rest = { signature: new Uint8Array(96), seed: undefined, scheme: "multisig" as const, epoch: epoch(0) };
  return { kind, view: viewOf(view), digest, bitmap, ...rest };
}

test("wide numbers and hashes come back as they went in", () => {
  const words = new Int32Array(new SharedArrayBuffer(64));
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (value, bytes) => {
      storeWide(words, 0, value);
      storeHash(words, 2, bytes.toHex());
      assert.equal(loadWide(words, 0), value);
      assert.equal(loadHash(words, 2), bytes.toHex());
    }),
  );
});

test("V6: counts are distinct accepted signers, and a vote that is taken back counts no longer", () => {
  const { writer, slot } = ring();
  writer.entered(1, 1, 1000);
  for (const signer of [0, 1, 1, 1, 5]) writer.vote(1, a, signer);
  writer.vote(1, undefined, 2);
  writer.vote(1, undefined, 2);
  assert.equal(slot(1)!.digests[0]!.votes, 3);
  assert.equal(slot(1)!.nullifies, 1);
  writer.dropVote(1, a, 5);
  writer.dropVote(1, a, 4);
  writer.dropVote(1, undefined, 2);
  assert.equal(slot(1)!.digests[0]!.votes, 2);
  assert.equal(slot(1)!.nullifies, 0);
  writer.certificate(certificate("notarization", 1, a, 0b11010), 1010);
  assert.equal(slot(1)!.digests[0]!.votes, 4, "the certificate's signers are accepted too: 0, 1, 3, 4");
});

test("V2: a slot is kept against lower views and votes far ahead, and fresh when its new view starts", () => {
  const { writer, slot } = ring();
  writer.entered(1, 1, 1000);
  writer.vote(1, a, 1);
  writer.vote(1 + ringSlots, b, 2);
  assert.equal(slot(1)!.digests[0]!.votes, 1, "a vote far ahead does not wipe what is shown");
  assert.equal(slot(1 + ringSlots), undefined);
  writer.vote(1 + earlyViews, b, 2);
  assert.equal(slot(1 + earlyViews)!.startedAt, 0, "an early vote counts before its view starts");
  writer.entered(1 + ringSlots, 5, 2000);
  assert.equal(slot(1), undefined);
  assert.deepEqual(slot(1 + ringSlots)!.digests, []);
  writer.vote(1, a, 3);
  writer.certificate(certificate("notarization", 1, a, 0b111), 2010);
  assert.deepEqual(slot(1 + ringSlots)!.digests, [], "data of an older view is dropped");
});

test("V6: the leading digest is the final one, then the certified one, then the one with most votes", () => {
  const { writer, slot, state } = ring();
  writer.entered(3, 3, 1000);
  writer.vote(3, b, 3);
  assert.equal(stateJson(state(), { n: 6, f: 1, index: 0 }, false).views[0]!.block_hash, null);
  writer.proposed(3, a, 3, 2, 7);
  writer.vote(3, b, 4);
  assert.deepEqual(
    slot(3)!.digests.map(({ hash }) => hash),
    [b, a],
  );
  writer.certificate(certificate("notarization", 3, a, 0b10000111), 1005);
  assert.deepEqual(
    slot(3)!.digests.map(({ hash }) => hash),
    [a, b],
    "certified beats votes",
  );
  const json = stateJson(state(), { n: 6, f: 1, index: 0 }, false).views[0]!;
  assert.deepEqual([json.block_hash, json.tx_count, json.height, json.vote_count], [a, 7, "2", 3]);
  assert.deepEqual(json.digests, [
    { block_hash: a, vote_count: 3 },
    { block_hash: b, vote_count: 2 },
  ]);
});

test("digests that only faulty validators name do not keep a block out", () => {
  const { writer, slot } = ring();
  writer.entered(3, 3, 1000);
  for (let i = 0; i < 40; i++) writer.vote(3, garbage(i), 4);
  writer.proposed(3, a, 3, 1, 2);
  for (const signer of [0, 1, 2, 3]) writer.vote(3, a, signer);
  assert.deepEqual([slot(3)!.digests[0]!.hash, slot(3)!.digests[0]!.votes], [a, 4]);
});

test("a certificate without signers (threshold scheme) stands for its quorum", () => {
  const { writer, slot } = ring();
  writer.entered(2, 2, 1000);
  const empty = { bitmap: new Uint8Array(0), scheme: "threshold" as const };
  writer.certificate({ ...certificate("finalization", 2, a, 0), ...empty }, 1001);
  writer.certificate({ ...certificate("nullification", 4, undefined, 0), ...empty }, 1002);
  assert.equal(slot(2)!.digests[0]!.votes, 5);
  assert.equal(slot(4)!.nullifies, 3);
});

test("A-VIS-4: orange is exactly a view that was M-notarized, nullified and skipped; each view is counted once", () => {
  const { writer, slot, state } = ring();
  for (const view of [1, 2, 3, 4]) writer.entered(view, view % 6, 1000 + view);
  writer.certificate(certificate("notarization", 1, a, 0b111), 1010);
  writer.certificate(certificate("nullification", 1, undefined, 0b111), 1011);
  writer.certificate(certificate("nullification", 1, undefined, 0b111), 1012);
  writer.certificate(certificate("nullification", 2, undefined, 0b111), 1013);
  assert.equal(slot(1)!.cascade, false, "both certificates alone are no cascade: the block may become final still");
  const before = state();
  writer.passedOver(1, "skipped", 1020);
  writer.passedOver(1, "skipped", 1021);
  writer.passedOver(2, "nullified", 1020);
  writer.final(3, b, 1, false, 1020);
  writer.final(4, garbage(1), 2, true, 1020);
  writer.stored(3, b, 1, 5);
  writer.stored(4, garbage(1), 2, 6);
  assert.deepEqual(
    [1, 2, 3, 4].map((view) => slot(view)!.cascade),
    [true, false, false, false],
  );
  assert.deepEqual(
    [3, 4].map((view) => slot(view)!.finalAsAncestor),
    [true, false],
  );
  assert.deepEqual(state().totals, {
    currentView: 4,
    finalizedView: 4,
    finalizedHeight: 2,
    mNotarizations: 3,
    lNotarizations: 2,
    nullifications: 2,
    cascades: 1,
  });
  const told = differences(before, state()).filter(({ kind }) => kind === "nullification");
  assert.deepEqual(told, [{ kind: "nullification", view: 1, timestamp: 1011, nullify_count: 3, cascade: true }]);
});

test("A-VIS-2: ten kinds, each with its fields, and nothing when nothing changed", () => {
  const { writer, state } = ring();
  writer.entered(1, 1, 1000);
  writer.proposed(1, a, 1, 1, 10);
  for (const signer of [1, 2, 3]) writer.vote(1, a, signer);
  writer.certificate(certificate("notarization", 1, a, 0b1110), 1050);
  writer.certificate(certificate("finalization", 1, a, 0b111110), 1100);
  writer.stored(1, a, 1, 10);
  writer.entered(2, 2, 1101);
  writer.vote(2, undefined, 0);
  writer.certificate(certificate("nullification", 2, undefined, 0b111), 1200);
  const now = state();
  assert.deepEqual(differences(emptyState, now), [
    { kind: "current_view_changed", view: 2 },
    { kind: "finalized_view_changed", view: 1, height: 1 },
    { kind: "totals_changed", m_notarizations: 1, l_notarizations: 1, nullifications: 1, cascade_nullifications: 0 },
    { kind: "view_started", view: 1, leader: 1, timestamp: 1000 },
    { kind: "block_proposed", view: 1, block_hash: a, tx_count: 10, leader: 1 },
    { kind: "vote_count_changed", view: 1, count: 5 },
    { kind: "m_notarization", view: 1, timestamp: 1050, block_hash: a, vote_count: 5 },
    { kind: "l_notarization", view: 1, timestamp: 1100, block_hash: a, vote_count: 5, as_ancestor: false },
    { kind: "view_started", view: 2, leader: 2, timestamp: 1101 },
    { kind: "nullify_count_changed", view: 2, count: 3 },
    { kind: "nullification", view: 2, timestamp: 1200, nullify_count: 3, cascade: false },
  ]);
  assert.deepEqual(differences(now, state()), []);
  writer.vote(1, a, 0);
  assert.deepEqual(differences(now, state()), [{ kind: "vote_count_changed", view: 1, count: 6 }]);
});

test("V2: writing a view allocates nothing", async () => {
  const { writer } = ring();
  const digests = Array.from({ length: 512 }, (_, i) => garbage(i));
  const proofs = digests.map((digest) => certificate("finalization", 0, digest, 0b11111));
  // One number for all: the box of a new one would be the caller's.
  const now = 1_740_000_000_000;
  const write = (from: number, to: number): void => {
    for (let view = from; view < to; view++) {
      const at = view % digests.length;
      const proof = proofs[at]! as { -readonly [Key in keyof Certificate]: Certificate[Key] };
      proof.view = viewOf(view);
      writer.entered(view, view % 6, now);
      writer.proposed(view, digests[at]!, view % 6, view, 10);
      for (let signer = 0; signer < 6; signer++) writer.vote(view, digests[at], signer);
      writer.certificate(proof, now);
      writer.final(view, digests[at]!, view, true, now);
      writer.stored(view, digests[at]!, view, 10);
    }
  };
  write(1, 200_000);
  const collections: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) collections.push(startTime);
  });
  observer.observe({ entryTypes: ["gc"] });
  const views = 20_000;
  let bytesPerView = Number.POSITIVE_INFINITY;
  // A round in which the collector ran says nothing, and code that is not compiled yet boxes its numbers.
  for (let round = 0, done = false; !done && round < 10; round++) {
    collections.length = 0;
    const from = 200_000 + round * views;
    const before = process.memoryUsage().heapUsed;
    write(from, from + views);
    bytesPerView = (process.memoryUsage().heapUsed - before) / views;
    await new Promise((resolve) => setTimeout(resolve, 5));
    done = collections.length === 0 && bytesPerView >= 0 && bytesPerView < 16;
  }
  observer.disconnect();
  // The smallest object takes sixteen bytes, and a view is eleven writes.
  assert.ok(bytesPerView >= 0 && bytesPerView < 16, `${bytesPerView} bytes for each view`);
});

test("V5: the state has exactly its keys, unused slots only with all", () => {
  const { writer, state } = ring(11, 2, false);
  writer.entered(300, 4, 1_740_000_000_000);
  const facts = { n: 11, f: 2, index: 3 };
  const json = stateJson(state(), facts, false);
  assert.deepEqual(json, {
    current_view: "300",
    finalized_view: "0",
    finalized_height: "0",
    total_m_notarizations: "0",
    total_l_notarizations: "0",
    total_nullifications: "0",
    total_cascade_nullifications: "0",
    node_n: 11,
    node_f: 2,
    m_threshold: 5,
    l_threshold: 9,
    node_index: 3,
    views: [
      {
        view: "300",
        leader: 4,
        vote_count: 0,
        nullify_count: 0,
        m_notarized_at: "0",
        l_notarized_at: "0",
        nullified_at: "0",
        started_at: "1740000000000",
        block_hash: null,
        tx_count: 0,
        height: "0",
        final_as_ancestor: false,
        cascade: false,
      },
    ],
  });
  const all = stateJson(state(), facts, true).views;
  assert.equal(all.length, 256);
  assert.equal(all[300 % 256]!.view, "300");
});
