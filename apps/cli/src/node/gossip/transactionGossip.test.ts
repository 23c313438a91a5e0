import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, Fault } from "@polis/codec";
import { TransactionBudget } from "../transactions/transactionBudget.ts";
import { TransactionGossip } from "./transactionGossip.ts";
import { decodeTxRequest, encodeTxAnnounce, encodeTxBatch, TX_ANNOUNCE, TX_BATCH, TX_REQUEST } from "./wire.ts";

function setUp(perSecond = 1_000, queueSize = 100_000) {
  const seen = {
    sent: [] as { to: number; type: number; body: Uint8Array }[],
    received: [] as number[],
    faults: [] as Fault[],
    nowMs: 0,
  };
  const held = new Map<Digest, { envelope: Uint8Array; feeCap: bigint }>();
  const gossip = new TransactionGossip({
    validators: 6,
    peers: () => [1, 2, 9],
    send: (to, type, body) => void seen.sent.push({ to, type, body }),
    held: (hash) => held.get(hash),
    budget: new TransactionBudget(perSecond),
    nowMs: () => seen.nowMs,
    queueSize,
    receive: (_from, envelopes) => void seen.received.push(envelopes.length),
    report: (_peer, fault) => void seen.faults.push(fault),
  });
  const admit = (hash: Digest, bytes: number, from: number | undefined) => {
    const envelope = new Uint8Array(bytes);
    held.set(hash, { envelope, feeCap: 1n });
    gossip.onAdmitted(seen.nowMs, [{ hash, envelope, from }]);
  };
  return { gossip, seen, admit };
}

const hash = (byte: string) => byte.repeat(32) as Digest;
const batch = (count: number, id = 0) => encodeTxBatch(id, new Array(count).fill(Uint8Array.of(0x4b)));

test("small ones are pushed to validators and announced to followers; large ones are announced to all (M9)", () => {
  const { seen, admit } = setUp();
  admit(hash("aa"), 300, undefined);
  const small = seen.sent.splice(0).map(({ to, type }) => [to, type]);
  assert.deepEqual(small, [
    [1, TX_BATCH],
    [2, TX_BATCH],
    [9, TX_ANNOUNCE],
  ]);
  admit(hash("bb"), 5_000, undefined);
  assert.ok(seen.sent.every(({ type }) => type === TX_ANNOUNCE) && seen.sent.length === 3);
});

test("what came from a validator is not pushed on: its source has pushed it to everybody", () => {
  const { seen, admit } = setUp();
  admit(hash("aa"), 300, 1);
  assert.deepEqual(
    seen.sent.map(({ to, type }) => [to, type]),
    [[9, TX_ANNOUNCE]],
  );
});

test("a batch over the peer's budget is dropped and charged; a second later the rate passes again (N7)", () => {
  const { gossip, seen } = setUp(100);
  for (let i = 0; i < 4; i++) gossip.onFrame(2, TX_BATCH, batch(100));
  gossip.onFrame(2, TX_BATCH, batch(1));
  assert.deepEqual(seen.received, [100, 100, 100, 100]);
  assert.deepEqual(
    seen.faults.map(({ code }) => code),
    ["TX_OVER_BUDGET"],
  );
  gossip.onFrame(1, TX_BATCH, batch(200));
  seen.nowMs = 1_000;
  gossip.onFrame(2, TX_BATCH, batch(100));
  assert.deepEqual(seen.received.slice(4), [200, 100]);
});

test("an answer that was not asked for, or comes from another, is unsolicited; asked for once, it is taken once", () => {
  const { gossip, seen } = setUp();
  gossip.onFrame(2, TX_ANNOUNCE, encodeTxAnnounce([{ hash: hash("cc"), sizeBytes: 300, feeCap: 1n }]));
  const asked = seen.sent.find(({ type }) => type === TX_REQUEST)!;
  const request = decodeTxRequest(asked.body);
  assert.ok(request.ok && asked.to === 2);
  const id = request.value.requestId;
  gossip.onFrame(1, TX_BATCH, batch(1, id));
  gossip.onFrame(2, TX_BATCH, batch(1, id));
  gossip.onFrame(2, TX_BATCH, batch(1, id));
  assert.deepEqual(seen.received, [1]);
  assert.deepEqual(
    seen.faults.map(({ code }) => code),
    ["UNSOLICITED_REPLY", "UNSOLICITED_REPLY"],
  );
});

test("a peer that goes takes its open requests with it", () => {
  const { gossip, seen } = setUp();
  gossip.onFrame(2, TX_ANNOUNCE, encodeTxAnnounce([{ hash: hash("cc"), sizeBytes: 300, feeCap: 1n }]));
  const request = decodeTxRequest(seen.sent[0]!.body);
  gossip.onPeerDown(2);
  gossip.onFrame(2, TX_BATCH, batch(1, request.ok ? request.value.requestId : 0));
  assert.deepEqual(seen.received, []);
});

test("beyond the queue's size a transaction is spread once and not announced again", () => {
  const { gossip, seen, admit } = setUp(1_000, 2);
  for (const byte of ["aa", "bb", "cc"]) admit(hash(byte), 300, undefined);
  seen.sent.length = 0;
  seen.nowMs = 30_000;
  gossip.regossip(seen.nowMs, 30_000);
  const announced = seen.sent.filter(({ to }) => to === 9).map(({ body }) => body.toHex());
  assert.equal(announced.length, 1);
  assert.deepEqual(
    ["aa", "bb", "cc"].map((byte) => announced[0]!.includes(hash(byte))),
    [true, true, false],
  );
});
