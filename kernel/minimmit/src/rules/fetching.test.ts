import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, Height, View } from "@polis/codec";
import { encodeCertificate } from "@polis/crypto";
import type { FetchReply, FetchRequest } from "../seam/messages.ts";
import { Solo, type SoloBlock, type SoloOptions } from "../testing/solo.ts";

/** A chain of blocks in views 1, 2, … on genesis. */
function chainOf(solo: Solo, length: number): SoloBlock[] {
  const blocks: SoloBlock[] = [];
  for (let i = 0; i < length; i++) blocks.push(solo.block(i + 1, blocks[i - 1]?.info));
  return blocks;
}

/** The proposal of a block of view 2 with its parent's certificate; the missing parent is asked for after the grace. */
function proposeWithParent(solo: Solo, { info, bytes }: SoloBlock): void {
  const { parentView, parentDigest } = info;
  solo.receive(2, solo.proposal({ info, bytes }, [solo.certificate("notarization", parentView, parentDigest)]));
  solo.fire(`wait:block:${parentDigest}`, 40);
}

function answer(solo: Solo, requestId: number, from: number, reply: FetchReply) {
  return solo.step({ kind: "reply", from, requestId, reply });
}

test("R12: a missing body is asked for from the sender, then from others, at most three at a time, with growing waits", () => {
  const solo = new Solo().start();
  const [parent, block] = chainOf(solo, 2) as [SoloBlock, SoloBlock];
  proposeWithParent(solo, block);
  const waits: number[] = [];
  const asked: number[] = [];
  for (let i = 0; i < 8; i++) {
    const [fetch] = solo.only("fetch");
    asked.push(fetch!.to);
    const timer = solo.only("setTimer").find(({ name }) => name === `fetch:${fetch!.requestId}`)!;
    waits.push(timer.at - solo.now);
    solo.fire(timer.name, timer.at - solo.now);
  }
  assert.equal(asked[0], 2);
  assert.ok(new Set(asked.slice(0, 3)).size === 3 && !asked.includes(5));
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 5000, 5000, 5000, 5000]);
  const [last] = solo.only("fetch");
  answer(solo, last!.requestId, last!.to, { kind: "blocks", items: [{ block: parent.bytes, certificate: undefined }] });
  assert.deepEqual(
    solo.only("execute").map(({ digest }) => digest),
    [parent.info.digest],
  );
  assert.equal(solo.replica.sizes().fetches, 0);
});

test("R12: an answer that is not what was asked costs the peer, an unknown id nothing before and a charge after settling", () => {
  const solo = new Solo().start();
  const [, block] = chainOf(solo, 2) as [SoloBlock, SoloBlock];
  proposeWithParent(solo, block);
  const [fetch] = solo.only("fetch");
  const wrong = { block: solo.block(7).bytes, certificate: undefined };
  answer(solo, fetch!.requestId, 3, { kind: "blocks", items: [wrong] });
  assert.equal(solo.only("report").length, 0, "another peer's answer is ignored");
  answer(solo, fetch!.requestId, 2, { kind: "blocks", items: [wrong] });
  assert.deepEqual(
    solo.only("report").map(({ peer, fault }) => [peer, fault.code]),
    [[2, "SYNC_WRONG_DATA"]],
  );
  assert.notEqual(solo.only("fetch")[0]!.to, 2);
  answer(solo, 2 ** 50, 4, { kind: "notFound" });
  assert.equal(solo.only("report").length, 0);
  solo.now = 20_000;
  answer(solo, 2 ** 50, 4, { kind: "notFound" });
  assert.equal(solo.only("report")[0]!.fault.code, "SYNC_UNSOLICITED");
});

test("R12: ancestors that a leader alone vouches for are not asked for, however many it invents", () => {
  const solo = new Solo().start();
  const invented: SoloBlock[] = [solo.block(40)];
  for (let i = 1; i < 20; i++) invented.push(solo.block(40 + i, invented[i - 1]!.info));
  // Its heights and views need not fit: only execution on the parent would show it.
  const top = solo.block(62, invented[19]!.info);
  solo.receive(2, solo.proposal(top));
  for (;;) {
    const [fetch] = solo.only("fetch").filter(({ request }) => request.kind === "blocksByDigest");
    if (fetch?.request.kind !== "blocksByDigest") break;
    const [digest] = fetch.request.digests;
    const { bytes } = invented.find(({ info }) => info.digest === digest)!;
    answer(solo, fetch.requestId, fetch.to, { kind: "blocks", items: [{ block: bytes, certificate: undefined }] });
  }
  assert.equal(solo.replica.sizes().blocks, 2, "genesis and the proposal itself");
  solo.fire("stall", 600);
  assert.equal(solo.only("fetch").filter(({ request }) => request.kind === "blocksByDigest").length, 0);
});

test("R12: a certificate that comes later vouches for all ancestors of a body that waits for them", () => {
  const solo = new Solo().start();
  const [first, second, third, fourth] = chainOf(solo, 4) as [SoloBlock, SoloBlock, SoloBlock, SoloBlock];
  for (const block of [third, fourth]) solo.receive(block.info.view, solo.proposal(block));
  assert.equal(solo.only("fetch").length, 0);
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("notarization", 4, fourth.info.digest) });
  const fetched: SoloBlock[] = [];
  for (const block of [second, first]) {
    const fetch = solo.only("fetch").find(({ request }) => request.kind === "blocksByDigest");
    assert.deepEqual(fetch?.request, { kind: "blocksByDigest", digests: [block.info.digest] });
    const items = [{ block: block.bytes, certificate: undefined }];
    answer(solo, fetch!.requestId, fetch!.to, { kind: "blocks", items });
    fetched.push(block);
  }
  assert.deepEqual(
    solo.only("execute").map(({ digest }) => digest),
    [first.info.digest],
  );
});

test("R16, R17: M votes make a notarization of an unknown block; the body is fetched after a short grace (T5)", () => {
  const solo = new Solo().start();
  const { digest } = solo.block(1).info;
  solo.receive(0, solo.notarize(0, 1, digest));
  solo.receive(0, solo.notarize(0, 1, digest));
  solo.receive(2, solo.notarize(2, 1, digest));
  assert.equal(solo.replica.view, 1, "a repetition counts once");
  solo.receive(3, solo.notarize(3, 1, digest));
  assert.equal(solo.replica.view, 2);
  assert.deepEqual(
    solo.sent("certificate").map(({ certificate }) => certificate.kind),
    ["notarization"],
  );
  assert.equal(solo.only("fetch").length, 0);
  solo.fire(`wait:block:${digest}`, 40);
  assert.deepEqual(
    solo.only("fetch").map(({ to, request }) => [to, request]),
    [[0, { kind: "blocksByDigest", digests: [digest] }]],
  );
});

test("R16: wrong collected votes are found by the batch, and the rest still make the certificate (K16)", () => {
  const solo = new Solo().start();
  const { digest } = solo.block(1).info;
  solo.receive(0, { ...solo.notarize(0, 1, digest), sig: new Uint8Array(96) });
  solo.receive(2, solo.notarize(2, 1, digest));
  solo.receive(3, solo.notarize(3, 1, digest));
  assert.deepEqual(
    solo.only("report").map(({ peer }) => peer),
    [0],
  );
  assert.equal(solo.replica.view, 1);
  solo.receive(4, solo.notarize(4, 1, digest));
  assert.equal(solo.replica.view, 2);
});

test("R18: L votes finalize the block and its ancestors in this step, also after an own nullify", () => {
  const solo = new Solo().start();
  const blocks = chainOf(solo, 3);
  solo.fire("view", 500);
  for (const block of blocks) {
    solo.receive(block.info.view, solo.proposal(block));
    solo.executed(block);
  }
  const { digest } = blocks[2]!.info;
  for (const r of [0, 1, 2]) solo.receive(r, solo.notarize(r, 3, digest));
  assert.equal(solo.only("finalize").length, 0);
  solo.receive(4, solo.notarize(4, 3, digest));
  const [finalize] = solo.only("finalize");
  assert.deepEqual(
    finalize!.blocks.map(({ height, view, direct }) => [height, view, direct]),
    [
      [1, 1, false],
      [2, 2, false],
      [3, 3, true],
    ],
  );
  assert.equal(finalize!.pruneBelow, 3);
  assert.equal(solo.replica.backoff, 0);
  assert.deepEqual([solo.replica.lastFinalized.height, solo.replica.view], [3, 4]);
});

test("R18: a finalization without its body is finalized as soon as the body is executed (T6)", () => {
  const solo = new Solo().start();
  const [block] = chainOf(solo, 1) as [SoloBlock];
  const certificate = solo.certificate("finalization", 1, block.info.digest);
  solo.receive(0, { kind: "certificate", certificate });
  assert.deepEqual([solo.replica.finalizedView, solo.replica.lastFinalized.view], [1, 0]);
  solo.receive(1, solo.proposal(block));
  assert.equal(solo.only("finalize").length, 0);
  solo.executed(block);
  assert.equal(solo.only("finalize")[0]!.certificate, certificate);
});

test("R24: a finalization prunes lower views, votes and branches, and labels what it skipped", () => {
  const solo = new Solo().start();
  const off = solo.block(1);
  const kept = solo.block(3);
  solo.receive(1, solo.proposal(off));
  solo.executed(off);
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("notarization", 1, off.info.digest) });
  for (const view of [1, 2])
    solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", view) });
  solo.receive(3, solo.proposal(kept));
  solo.executed(kept);
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("finalization", 3, kept.info.digest) });
  assert.deepEqual(solo.only("finalize")[0]!.views, [
    { view: 1, label: "skipped", digest: off.info.digest },
    { view: 2, label: "nullified", digest: undefined },
  ]);
  assert.deepEqual(solo.replica.proofs(1 as View), []);
  assert.deepEqual([solo.replica.sizes().openViews, solo.replica.sizes().blocks], [1, 1]);
  const certificate = solo.certificate("notarization", 1, off.info.digest, [2, 3, 4]);
  solo.receive(0, { kind: "certificate", certificate });
  assert.deepEqual(solo.effects, [], "a certificate of a finalized view is ignored without penalty");
});

/** A replica that has seen the finalization of the last block and has been told where the range request went. */
function behind(length = 20, options: SoloOptions = {}) {
  const solo = new Solo(options).start();
  const blocks = chainOf(solo, length);
  const top = blocks[length - 1]!.info;
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("finalization", length, top.digest) });
  const range = solo.only("fetch").find(({ request }) => request.kind === "blockRange")!;
  return { solo, blocks, range };
}

const item = (solo: Solo, block: SoloBlock, certified: boolean) => ({
  block: block.bytes,
  certificate: certified ? solo.certificate("finalization", block.info.view, block.info.digest) : undefined,
});

test("R28: a range is linked to verified finalizations, executed in order, and finalized run by run", () => {
  const { solo, blocks, range } = behind();
  assert.deepEqual(range.request, { kind: "blockRange", from: 1, count: 128, maxBytes: 8_355_840 });
  const items = blocks.slice(0, 12).map((block, i) => item(solo, block, i % 5 === 4));
  answer(solo, range.requestId, range.to, { kind: "blocks", items });
  assert.equal(solo.only("execute").length, 1);
  const next = solo.only("fetch").find(({ request }) => request.kind === "blockRange")!;
  assert.equal((next.request as { from: Height }).from, 11, "what follows the last certificate is not kept");
  assert.notEqual(next.to, range.to);
  for (const block of blocks.slice(0, 9)) {
    solo.executed(block);
    assert.equal(solo.only("finalize").length, 0);
  }
  solo.executed(blocks[9]!);
  assert.deepEqual(
    solo.only("finalize").map(({ blocks: final }) => final.map(({ direct }) => direct).lastIndexOf(true)),
    [9],
    "the certificate of the tenth block covers the others",
  );
});

test("R28: blocks that became final together and fill more than one page are fetched by digest from their certificate", () => {
  const { solo, blocks, range } = behind(20, { config: { maxViewLead: 8 } });
  solo.step({ kind: "link", peer: range.to, up: true, finalizedHeight: 20 as Height });
  const end = blocks[5]!.info;
  const certificate = solo.certificate("finalization", end.view, end.digest);
  const items = [item(solo, blocks[0]!, false), { block: blocks[1]!.bytes, certificate }];
  answer(solo, range.requestId, range.to, { kind: "blocks", items });
  assert.equal(solo.only("report").length, 0, "an honest page");
  for (const block of blocks.slice(0, 6).reverse()) {
    const fetches = solo.only("fetch");
    assert.deepEqual(
      fetches.map(({ request }) => request),
      [{ kind: "blocksByDigest", digests: [block.info.digest] }],
    );
    const found = { block: block.bytes, certificate: undefined };
    answer(solo, fetches[0]!.requestId, fetches[0]!.to, { kind: "blocks", items: [found] });
  }
  for (const block of blocks.slice(0, 6)) solo.executed(block);
  assert.equal(solo.replica.lastFinalized.height, 6);
  const next = solo.only("fetch").find(({ request }) => request.kind === "blockRange")!;
  assert.equal((next.request as { from: Height }).from, 7);
});

test("R28, N11: a page that ends among blocks which became final together brings the certificate of their end", () => {
  const tip = new Solo().block(9, undefined, 0, 1).info;
  const certificate = new Solo().certificate("finalization", 9, tip.digest);
  const body = new Uint8Array(5 * 1024 * 1024);
  const encoded = encodeCertificate(certificate, 6);
  const solo = new Solo({
    restored: { lastFinalized: { height: 9 as Height, view: 9 as View, digest: tip.digest, info: tip } },
    archive: { blockByDigest: () => undefined, blockByHeight: () => body, finalizationAt: () => encoded },
  }).start();
  const request: FetchRequest = { kind: "blockRange", from: 1 as Height, count: 128, maxBytes: 2 ** 24 };
  solo.step({ kind: "request", from: 1, requestId: 1, request });
  const [reply] = solo.only("reply").map((effect) => effect.reply);
  assert.ok(reply?.kind === "blocks" && reply.items.length === 3);
  assert.deepEqual(
    reply.items.map((each) => each.certificate?.digest),
    [undefined, undefined, tip.digest],
  );
});

test("R28: of a long page one certificate in 64 blocks is verified, and a wrong one among those is a lie", () => {
  for (const wrong of [undefined, 63]) {
    const { solo, range, blocks } = behind(100);
    const items = blocks.map((block, i) => {
      const { certificate } = item(solo, block, true);
      return {
        block: block.bytes,
        certificate: i === wrong ? { ...certificate!, signature: new Uint8Array(96) } : certificate,
      };
    });
    answer(solo, range.requestId, range.to, { kind: "blocks", items });
    const codes = solo.only("report").map(({ fault }) => fault.code);
    assert.equal(codes.includes("SYNC_WRONG_DATA"), wrong !== undefined, `${wrong}: ${codes}`);
    const finals: number[] = [];
    for (const block of wrong === undefined ? blocks : []) {
      solo.executed(block);
      finals.push(...solo.only("finalize").map(({ blocks: run }) => run.length));
    }
    if (wrong === undefined) assert.deepEqual(finals, [64, 36]);
    else assert.equal(solo.replica.lastFinalized.height, 0);
  }
});

test("N4, R28: a peer that has said a height and then has no blocks for it is at fault; another one is not", () => {
  const empty: FetchReply[] = [{ kind: "notFound" }, { kind: "blocks", items: [] }];
  for (const reply of empty) {
    const { solo, range } = behind();
    solo.step({ kind: "link", peer: range.to, up: true, finalizedHeight: 7 as Height });
    answer(solo, range.requestId, range.to, reply);
    assert.deepEqual(
      solo.only("report").map(({ peer, fault }) => [peer, fault.code]),
      [[range.to, "SYNC_EMPTY"]],
    );
    const next = solo.only("fetch").find(({ request }) => request.kind === "blockRange")!;
    assert.notEqual(next.to, range.to);
    answer(solo, next.requestId, next.to, reply);
    assert.equal(solo.only("report").length, 0, "it has said nothing");
  }
});

test("6.4, R28: a peer that has dropped the blocks is not at fault: others are asked, and then all again by the timer", () => {
  const { solo, range } = behind();
  const asked = new Set<number>();
  let ask = range;
  for (;;) {
    solo.step({ kind: "link", peer: ask.to, up: true, finalizedHeight: 7 as Height });
    answer(solo, ask.requestId, ask.to, { kind: "pruned" });
    asked.add(ask.to);
    assert.equal(solo.only("report").length, 0);
    const next = solo.only("fetch").find(({ request }) => request.kind === "blockRange");
    if (next === undefined) break;
    assert.ok(!asked.has(next.to) || asked.size === 5, "nobody is asked twice while there are others");
    ask = next;
  }
  assert.equal(asked.size, 5);
  solo.fire(`fetch:${ask.requestId}`, 5_000);
  assert.ok(solo.only("fetch").some(({ request }) => request.kind === "blockRange"));
});

test("6.4: a request for bodies or certificates cannot be answered with a range that is gone", () => {
  const solo = new Solo().start();
  const [, block] = chainOf(solo, 2) as [SoloBlock, SoloBlock];
  proposeWithParent(solo, block);
  const [fetch] = solo.only("fetch");
  answer(solo, fetch!.requestId, fetch!.to, { kind: "pruned" });
  assert.equal(solo.only("report")[0]!.fault.code, "SYNC_WRONG_DATA");
});

test("6.4, N9: a range that was final here and is dropped is answered with that, one that is not final yet is not found", () => {
  const solo = new Solo().start();
  const block = solo.block(1);
  solo.receive(1, solo.proposal(block));
  solo.executed(block);
  for (const r of [0, 1, 2, 4]) solo.receive(r, solo.notarize(r, 1, block.info.digest));
  assert.equal(solo.replica.lastFinalized.height, 1);
  const replyTo = (from: number): string => {
    const request: FetchRequest = { kind: "blockRange", from: from as Height, count: 8, maxBytes: 1_000 };
    solo.step({ kind: "request", from: 2, requestId: 4, request });
    return solo.only("reply")[0]!.reply.kind;
  };
  assert.deepEqual([0, 1, 2].map(replyTo), ["notFound", "pruned", "notFound"]);
});

test("N4, R28: a page without any certificate, or of other heights, is no page", () => {
  const { solo, blocks, range } = behind();
  solo.step({ kind: "link", peer: range.to, up: true, finalizedHeight: 7 as Height });
  const items = blocks.slice(0, 5).map((block) => item(solo, block, false));
  answer(solo, range.requestId, range.to, { kind: "blocks", items });
  assert.deepEqual(
    solo.only("report").map(({ fault }) => fault.code),
    ["SYNC_EMPTY"],
  );
  const next = solo.only("fetch").find(({ request }) => request.kind === "blockRange")!;
  const older = [{ block: solo.block(0).bytes, certificate: undefined }, ...items];
  answer(solo, next.requestId, next.to, { kind: "blocks", items: older });
  assert.deepEqual(
    solo.only("report").map(({ fault }) => fault.code),
    ["SYNC_WRONG_DATA"],
  );
});

test("K4, Z5: a body that its header does not commit to is a lie of the peer, whatever way it comes", () => {
  const tampered = new WeakSet<Uint8Array>();
  const isWhole = (block: Uint8Array): boolean => !tampered.has(block);
  const spoil = (bytes: Uint8Array): Uint8Array => {
    const copy = bytes.slice();
    tampered.add(copy);
    return copy;
  };
  const { solo, blocks, range } = behind(12, { isWhole });
  const items = blocks.map((block, i) => ({
    ...item(solo, block, true),
    ...(i === 3 && { block: spoil(block.bytes) }),
  }));
  answer(solo, range.requestId, range.to, { kind: "blocks", items });
  assert.ok(solo.only("report").some(({ peer, fault }) => peer === range.to && fault.code === "SYNC_WRONG_DATA"));
  for (const block of blocks) solo.executed(block);
  assert.equal(solo.replica.lastFinalized.height, 0);

  const second = new Solo({ isWhole }).start();
  const block = second.block(1);
  const proposal = second.proposal({ ...block, bytes: spoil(block.bytes) });
  second.receive(1, proposal);
  assert.deepEqual(
    second.only("report").map(({ fault }) => fault.code),
    ["CONSENSUS_BAD_PROPOSAL"],
  );
  assert.equal(second.only("execute").length, 0);
  second.receive(0, { kind: "certificate", certificate: second.certificate("finalization", 1, block.info.digest) });
  second.fire(`wait:block:${block.info.digest}`, 50);
  const fetch = second.only("fetch")[0]!;
  answer(second, fetch.requestId, fetch.to, {
    kind: "blocks",
    items: [{ block: block.bytes, certificate: undefined }],
  });
  second.executed(block);
  assert.equal(second.replica.lastFinalized.height, 1, "the true body is fetched and becomes final");
});

test("L1: a certified block that this node's execution contradicts ends the replica, also below the certificate", () => {
  const wrong = { code: "BLOCK_RESULT", verdict: "punish", detail: "stateRoot" } as const;
  const diverged = { name: "DivergenceError", code: "EXECUTION_DIVERGED" };
  for (const at of [12, 4]) {
    const { solo, blocks, range } = behind(12);
    const items = blocks.map((block, i) => item(solo, block, i === 11));
    answer(solo, range.requestId, range.to, { kind: "blocks", items });
    for (const block of blocks.slice(0, at - 1)) solo.executed(block);
    const { digest } = blocks[at - 1]!.info;
    assert.throws(() => solo.step({ kind: "rejected", digest, fault: wrong }), diverged, `block ${at}`);
  }
  const { solo, blocks, range } = behind(12);
  solo.receive(1, solo.proposal(blocks[0]!));
  solo.step({ kind: "rejected", digest: blocks[0]!.info.digest, fault: wrong });
  const items = blocks.map((block, i) => item(solo, block, i === 11));
  const reply: FetchReply = { kind: "blocks", items };
  assert.throws(() => answer(solo, range.requestId, range.to, reply), diverged, "rejected before it was certified");
});

test("R28: pages that lie are dropped, cost the peer, and are asked for elsewhere (T7)", () => {
  const lies: ((solo: Solo, blocks: SoloBlock[]) => FetchReply)[] = [
    (solo, blocks) => ({ kind: "blocks", items: blocks.slice(1).map((block) => item(solo, block, true)) }),
    (solo, blocks) => ({ kind: "blocks", items: [item(solo, blocks[0]!, false), item(solo, blocks[2]!, true)] }),
    (solo, blocks) => {
      const certificate = { ...item(solo, blocks[0]!, true).certificate!, signature: new Uint8Array(96) };
      return { kind: "blocks", items: [{ block: blocks[0]!.bytes, certificate }] };
    },
    (solo, blocks) => {
      const certificate = solo.certificate("notarization", 1, blocks[0]!.info.digest);
      return { kind: "blocks", items: [{ block: blocks[0]!.bytes, certificate }] };
    },
    (solo) => {
      const other = solo.block(1, undefined, 9);
      const digest = "12".repeat(32) as Digest;
      return {
        kind: "blocks",
        items: [{ block: other.bytes, certificate: solo.certificate("finalization", 1, digest) }],
      };
    },
    () => ({ kind: "blocks", items: [{ block: new Uint8Array(3), certificate: undefined }] }),
    () => ({ kind: "certificates", certificates: [] }),
  ];
  for (const [i, lie] of lies.entries()) {
    const { solo, blocks, range } = behind();
    answer(solo, range.requestId, range.to, lie(solo, blocks));
    const codes = solo.only("report").map(({ peer, fault }) => `${peer} ${fault.code}`);
    assert.ok(codes.includes(`${range.to} SYNC_WRONG_DATA`), `lie ${i}: ${codes}`);
    assert.equal(solo.only("execute").length, 0, `lie ${i}`);
    const again = solo.only("fetch").find(({ request }) => request.kind === "blockRange")!;
    assert.notEqual(again.to, range.to, `lie ${i}`);
    for (const block of blocks) solo.executed(block);
    assert.equal(solo.replica.lastFinalized.height, 0);
  }
});

test("R28: blocks without any certificate are not kept, and an empty page is nobody's crime but no progress", () => {
  const { solo, blocks, range } = behind();
  const items = blocks.slice(0, 5).map((block) => item(solo, block, false));
  answer(solo, range.requestId, range.to, { kind: "blocks", items });
  assert.equal(solo.only("execute").length, 0);
  assert.equal(solo.only("report").length, 0);
  const next = solo.only("fetch").find(({ request }) => request.kind === "blockRange")!;
  answer(solo, next.requestId, next.to, { kind: "blocks", items: [] });
  assert.equal(solo.only("report").length, 0);
  assert.ok(solo.only("fetch").some(({ request }) => request.kind === "blockRange"));
});

test("N9: requests beyond their limits get a report instead of a reply; within them exactly one reply", () => {
  const solo = new Solo().start();
  const ask = (request: FetchRequest): string[] => {
    solo.step({ kind: "request", from: 9, requestId: 3, request });
    return solo.effects.map((effect) => effect.kind);
  };
  const digest = "ab".repeat(32) as Digest;
  const views = new Array<View>(257).fill(1 as View);
  assert.deepEqual(ask({ kind: "blocksByDigest", digests: new Array(17).fill(digest) }), ["report"]);
  assert.deepEqual(ask({ kind: "blockRange", from: 0 as Height, count: 129, maxBytes: 1 }), ["report"]);
  assert.deepEqual(ask({ kind: "certificates", views, kinds: ["notarization"] }), ["report"]);
  assert.deepEqual(ask({ kind: "blocksByDigest", digests: [digest] }), ["reply"]);
  assert.equal(solo.only("reply")[0]!.reply.kind, "notFound");
});

test("N11: open bodies are served from memory", () => {
  const solo = new Solo().start();
  const block = solo.block(1);
  solo.receive(1, solo.proposal(block));
  const request: FetchRequest = { kind: "blocksByDigest", digests: [block.info.digest] };
  solo.step({ kind: "request", from: 2, requestId: 4, request });
  const items = [{ block: block.bytes, certificate: undefined }];
  assert.deepEqual(solo.only("reply")[0]!.reply, { kind: "blocks", items });
});

test("R1, R2: nothing happens before start; an own vote is counted in the step that casts it", () => {
  const solo = new Solo();
  solo.receive(0, solo.nullify(0, 1));
  assert.deepEqual(solo.effects, []);
  solo.start();
  assert.equal(solo.replica.view, 1);
  solo.receive(0, solo.nullify(0, 1));
  solo.receive(1, solo.nullify(1, 1));
  assert.equal(solo.replica.view, 1);
  solo.fire("view", 500);
  assert.equal(solo.replica.view, 2);
  solo.step({ kind: "start" });
  assert.deepEqual(solo.effects, []);
});

test("R25: proofs and bodies are persisted once, with the first vote that relies on them", () => {
  const solo = new Solo().start();
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", 1) });
  const block = solo.block(2);
  solo.receive(2, solo.proposal(block));
  solo.executed(block);
  const [first] = solo.only("persist");
  assert.deepEqual([first!.proofs.length, first!.blocks.length], [1, 1]);
  for (const r of [0, 1, 3]) solo.receive(r, solo.nullify(r, 2));
  const child = solo.block(4);
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", 3) });
  solo.receive(4, solo.proposal(child));
  solo.executed(child);
  const [second] = solo.only("persist");
  assert.deepEqual(
    second!.proofs.map(({ kind, view }) => [kind, view]),
    [
      ["nullification", 3],
      ["nullification", 2],
    ],
  );
});
