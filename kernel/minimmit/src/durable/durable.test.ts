import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digestToBytes, type Epoch, type Height, type Millis, type View } from "@polis/codec";
import type { Certificate, Vote } from "@polis/crypto";
import fc from "fast-check";
import { certificateShape } from "../certificateShape.ts";
import { ConfigError } from "../errors.ts";
import type { Evidence, Finalize, JournalRecord, Persist } from "../seam/effects.ts";
import { MemoryStore } from "../testing/memoryStore.ts";
import { encodeMockBlock, inspectMockBlock, mockGenesis } from "../testing/mockBlock.ts";
import { createMockKeys, createMockScheme } from "../testing/mockScheme.ts";
import { createArchive } from "./archive.ts";
import { decodeEvidence, encodeEvidence, rowsOfEvidence } from "./evidenceRows.ts";
import { journalKey, journalValue, metaKeys, readJournalRow, readPlace, readU64Value, u64Key } from "./keys.ts";
import { restore } from "./restore.ts";
import { rowsOfFinalize } from "./rowsOfFinalize.ts";
import { rowsOfPersist } from "./rowsOfPersist.ts";

const epoch = 0 as Epoch;
const scheme = createMockScheme(6, 1);
const context = { n: 6, identity: Uint8Array.of(1, 2, 3) };
const genesis = mockGenesis();
const shape = certificateShape(scheme, "hash");
const options = { epoch, genesis, shape, inspect: inspectMockBlock, identity: context.identity, fresh: false };
const keys = [0, 1, 2, 3, 4, 5].map((i) => createMockKeys(i as never));
const v = (value: number): View => value as View;

function certificate(kind: Certificate["kind"], view: View, digest?: Digest): Certificate {
  const votes = keys.slice(0, 5).map(({ index: signer, ...key }): Vote => {
    if (digest === undefined) return { kind: "nullify", epoch, view, signer, sig: key.signNullify(epoch, view) };
    return { kind: "notarize", epoch, view, digest, signer, sig: key.signNotarize(epoch, view, digest) };
  });
  const assembled = scheme.assemble(kind, votes);
  assert.ok(assembled.ok);
  return assembled.certificate;
}

function block(height: number, view: number, salt = 0) {
  const content = { parentView: v(0), parentDigest: genesis.digest, timeMs: 1 as Millis, salt, valid: true };
  const bytes = encodeMockBlock({ ...content, height: height as Height, view: v(view) });
  const info = inspectMockBlock(bytes);
  assert.ok(info.ok);
  return { bytes, digest: info.value.digest };
}

const persistOf = (change: Partial<Persist>): Persist => ({
  kind: "persist",
  records: [],
  proofs: [],
  blocks: [],
  safeView: undefined,
  ...change,
});
const notarize = (view: number, digest: Digest): JournalRecord => ({
  kind: "notarize",
  epoch,
  view: v(view),
  digest,
  parent: undefined,
});
const nullify = (view: number): JournalRecord => ({
  kind: "nullify",
  epoch,
  view: v(view),
  digest: undefined,
  parent: undefined,
});

test("journal rows survive storage and keep their order by view (R25)", () => {
  const digest = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .filter((bytes) => bytes.some((byte) => byte !== 0))
    .map((bytes) => bytes.toHex() as Digest);
  const views = fc.maxSafeNat() as fc.Arbitrary<View>;
  fc.assert(
    fc.property(views, digest, digest, fc.constantFrom("proposal", "notarize", "nullify"), (view, a, b, kind) => {
      const record = {
        kind,
        epoch,
        view,
        digest: kind === "nullify" ? undefined : a,
        parent: kind === "proposal" ? b : undefined,
      } as JournalRecord;
      assert.deepEqual(readJournalRow(journalKey(epoch, view, record.kind), journalValue(record)), record);
    }),
  );
  assert.ok(journalKey(epoch, v(255), "nullify").toHex() < journalKey(epoch, v(256), "proposal").toHex());
  assert.equal(journalKey(epoch, v(258), "notarize").toHex(), "0000000000000000000000000000010202");
});

test("damaged rows are noticed", () => {
  const key = journalKey(epoch, v(1), "notarize");
  const value = journalValue(notarize(1, "ab".repeat(32) as Digest));
  assert.equal(readJournalRow(key.subarray(1), value), undefined);
  assert.equal(readJournalRow(key, value.subarray(1)), undefined);
  const wrongKind = key.slice();
  wrongKind[16] = 4;
  assert.equal(readJournalRow(wrongKind, value), undefined);
  assert.equal(readJournalRow(journalKey(epoch, v(1), "nullify"), value), undefined);
  assert.equal(readJournalRow(key, new Uint8Array(64)), undefined);
  const unsafe = key.slice();
  unsafe[8] = 0xff;
  assert.equal(readJournalRow(unsafe, value), undefined);
  assert.equal(readPlace(new Uint8Array(47)), undefined);
  assert.equal(readU64Value(new Uint8Array(7)), undefined);
});

test("a vote comes back with its proofs and body after a restart (R25, R26)", () => {
  const store = new MemoryStore();
  store.commit(rowsOfPersist(persistOf({ safeView: v(0) }), context, store));
  const { bytes, digest } = block(1, 2);
  const proofs = [certificate("nullification", v(1)), certificate("notarization", v(2), digest)];
  const records: JournalRecord[] = [
    { kind: "proposal", epoch, view: v(2), digest, parent: genesis.digest },
    notarize(2, digest),
    nullify(3),
  ];
  store.commit(rowsOfPersist(persistOf({ records, proofs, blocks: [{ digest, block: bytes }] }), context, store));
  const restored = restore(store, options);
  assert.equal(restored.journal, "held");
  assert.deepEqual(restored.records, records);
  assert.equal(restored.lastFinalized.digest, genesis.digest);
  assert.deepEqual(restored.blocks, [{ digest, block: bytes }]);
  assert.deepEqual(new Set(restored.proofs.map((proof) => proof.kind)), new Set(["nullification", "notarization"]));
});

test("an absent or foreign journal is lost unless the key is fresh, whatever the chain holds (R27, T23)", () => {
  const store = new MemoryStore();
  assert.equal(restore(store, options).journal, "lost");
  assert.equal(restore(store, { ...options, fresh: true }).journal, "fresh");
  assert.equal(restore(store, { ...options, identity: undefined }).journal, "held");
  const old = persistOf({ safeView: v(0) });
  store.commit(rowsOfPersist(old, { n: 6, identity: Uint8Array.of(9) }, store));
  store.commit(rowsOfPersist(persistOf({ records: [nullify(5)] }), { n: 6, identity: Uint8Array.of(9) }, store));
  const foreign = restore(store, options);
  assert.deepEqual([foreign.journal, foreign.records, foreign.safeView], ["lost", [], undefined]);
  store.commit(rowsOfPersist(persistOf({ safeView: v(71) }), context, store));
  const held = restore(store, options);
  assert.deepEqual([held.journal, held.records, held.safeView], ["held", [], 71]);
});

test("a finalization stores certificate, index and labels, and prunes what is below (S4, R24, R25)", () => {
  const store = new MemoryStore();
  const kept = block(1, 4);
  const rival = block(1, 3, 1);
  const open = block(2, 6);
  store.commit(rowsOfPersist(persistOf({ safeView: v(0) }), context, store));
  const records = [notarize(3, rival.digest), nullify(3), notarize(4, kept.digest), notarize(6, open.digest)];
  const proofs = [
    certificate("nullification", v(1)),
    certificate("notarization", v(3), rival.digest),
    certificate("nullification", v(5)),
  ];
  const blocks = [rival, kept, open].map(({ digest, bytes }) => ({ digest, block: bytes }));
  store.commit(rowsOfPersist(persistOf({ records, proofs, blocks }), context, store));
  const final = certificate("finalization", v(4), kept.digest);
  const finalize: Finalize = {
    kind: "finalize",
    blocks: [{ digest: kept.digest, height: 1 as Height, view: v(4), direct: true }],
    certificate: final,
    views: [
      { view: v(1), label: "nullified", digest: undefined },
      { view: v(3), label: "skipped", digest: rival.digest },
    ],
    pruneBelow: v(4),
  };
  store.commit(rowsOfFinalize(finalize, context, store, epoch));
  store.commit([{ table: "headers", key: u64Key(1), value: digestToBytes(kept.digest) }]);
  const restored = restore(store, options);
  assert.equal(restored.lastFinalized.digest, kept.digest);
  assert.deepEqual(restored.finalization, final);
  assert.deepEqual(
    restored.records.map((record) => record.view),
    [4, 6],
  );
  assert.deepEqual(
    restored.blocks.map((each) => each.digest),
    [open.digest],
  );
  assert.deepEqual(
    restored.proofs.map((proof) => `${proof.kind}@${proof.view}`),
    ["finalization@4", "nullification@5"],
  );
  assert.equal(store.get("blocks", digestToBytes(rival.digest)), undefined);
  assert.ok(store.get("blocks", digestToBytes(kept.digest)));
  assert.equal(store.get("view_index", u64Key(3))?.toHex(), `04${rival.digest}${"0".repeat(16)}`);
  assert.equal(store.get("view_index", u64Key(4))?.toHex(), `01${kept.digest}0000000000000001`);
  const archive = createArchive(store);
  assert.deepEqual(archive.blockByHeight(1 as Height), kept.bytes);
  assert.deepEqual(archive.blockByDigest(kept.digest), kept.bytes);
  assert.equal(archive.finalizationAt(1 as Height)?.length, 150);
  assert.equal(archive.finalizationAt(2 as Height), undefined);
});

test("pruning a long stretch of views goes on in bounded steps (R24)", () => {
  const store = new MemoryStore();
  const proofs: Certificate[] = [];
  for (let view = 1; view <= 1300; view++) proofs.push(certificate("nullification", v(view)));
  store.commit(rowsOfPersist(persistOf({ proofs }), context, store));
  let height = 0;
  const step = (view: number): number => {
    const { digest, bytes } = block(++height, view);
    const blocks = [{ digest, height: height as Height, view: v(view), direct: true }];
    const certificateOfView = certificate("finalization", v(view), digest);
    const finalize: Finalize = {
      kind: "finalize",
      blocks,
      certificate: certificateOfView,
      views: [],
      pruneBelow: v(view),
    };
    const rows = rowsOfFinalize(finalize, context, store, epoch);
    store.commit([...rows, { table: "blocks", key: digestToBytes(digest), value: bytes }]);
    return rows.length;
  };
  for (let i = 0; i < 4; i++) assert.ok(step(1301 + i) < 600);
  assert.equal(store.size("nullifications"), 0);
  assert.equal(store.size("notarizations"), 4);
});

test("a damaged journal or tip refuses to start, a damaged proof is left out (T1)", () => {
  const store = new MemoryStore();
  store.commit(rowsOfPersist(persistOf({ safeView: v(0), records: [nullify(5)] }), context, store));
  store.commit([{ table: "nullifications", key: u64Key(7), value: new Uint8Array(150) }]);
  assert.deepEqual(restore(store, options).proofs, []);
  store.commit([{ table: "journal", key: journalKey(epoch, v(6), "notarize"), value: new Uint8Array(64) }]);
  assert.throws(() => restore(store, options), ConfigError);
  const other = new MemoryStore();
  other.commit([{ table: "meta", key: metaKeys.lastFinalized, value: new Uint8Array(48) }]);
  assert.throws(() => restore(other, options), ConfigError);
});

test("evidence is stored once, survives storage, and is capped (R30)", () => {
  const store = new MemoryStore();
  const evidence: Evidence = {
    kind: "notarize",
    epoch,
    view: v(9),
    signer: 2 as never,
    payloadA: new Uint8Array(99).fill(1),
    sigA: new Uint8Array(96).fill(2),
    payloadB: new Uint8Array(99).fill(3),
    sigB: new Uint8Array(96).fill(4),
  };
  const bytes = encodeEvidence(evidence);
  assert.deepEqual(decodeEvidence(bytes), { ok: true, value: evidence });
  for (let length = 0; length < bytes.length; length++)
    assert.equal(decodeEvidence(bytes.subarray(0, length)).ok, false);
  const wrong = bytes.slice();
  wrong[0] = 3;
  assert.equal(decodeEvidence(wrong).ok, false);
  store.commit(rowsOfEvidence(evidence, store));
  assert.deepEqual(rowsOfEvidence(evidence, store), []);
  assert.equal(store.size("evidence"), 1);
  store.commit([{ table: "meta", key: metaKeys.evidence, value: u64Key(10_000) }]);
  store.commit(rowsOfEvidence({ ...evidence, view: v(10) }, store));
  assert.equal(store.size("evidence"), 1);
});
