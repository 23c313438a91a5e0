import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeKce, type Epoch, encodeKce, krat12, millis } from "@polis/codec";
import { ChainTree } from "../chain/chainTree.ts";
import { currentSet } from "../chain/finalityView.ts";
import { chainTables } from "../chain/tables.ts";
import { RegisterValidator } from "../modules/validators/registerValidator.ts";
import { KRAT } from "../params/chainParams.ts";
import { PeerBook } from "../peers/peerBook.ts";
import { MemoryStore } from "../testing/memoryStore.ts";
import { codec } from "../testing/testChain.ts";
import { Voters } from "../testing/voters.ts";
import type { SnapshotSource } from "../wire/answerRequest.ts";
import { wireLimits } from "../wire/limits.ts";
import type { NodeResponse } from "../wire/messages.ts";
import { Wire } from "../wire/wire.ts";
import { unfinishedRows } from "./clearUnfinished.ts";
import type { WarpFaultCode } from "./errors.ts";
import { kceChunk, kceHandoffs, kceSnapshot } from "./snapshot.ts";
import { SnapshotServer } from "./snapshotServer.ts";
import { type WarpEffect, WarpSync } from "./warpSync.ts";

const wire = new Wire(codec);

/** A network whose voters changed twice, and a server of its state. */
function network() {
  const voters = new Voters(4, 2);
  const join = (who: number) => voters.chain.sign(who, RegisterValidator.of({ stake: krat12(60_000n * KRAT) }));
  voters.next([join(4)]);
  while (voters.chain.epoch < 2) voters.next();
  voters.next([join(5)]);
  while (voters.chain.epoch < 4) voters.next();
  const { tree } = voters.nodes[0]!;
  const openReader = () => {
    const copy = new MemoryStore((tree.store as MemoryStore).batches);
    return { get: copy.get.bind(copy), range: copy.range.bind(copy), close: () => undefined };
  };
  const serve = (chunkBytes: number) => {
    const server = new SnapshotServer({ tree, openReader, every: 1, chunkBytes });
    while (server.work(7));
    return server;
  };
  return { chain: voters.chain, tree, server: serve(3_000), wider: serve(4_500), trickle: serve(1), voters };
}

const { chain, tree, server, wider, trickle, voters } = network();

const snapshotHash = tree.final.hash;

/** What a peer answers, in place of the truth. */
type Lie = (response: NodeResponse) => NodeResponse | undefined;

/**
 * Runs a warp against peers until it ends. Peers that are banned or gone answer nothing.
 * @param answerMs what each answer takes
 */
function warp(
  peers: readonly { readonly name: string; readonly source: SnapshotSource; readonly lie?: Lie }[],
  answerMs = 0,
) {
  const store = new MemoryStore();
  const book = new PeerBook(store);
  let ids = 0;
  const options = { wire, book, genesis: chain.genesis, rules: chain.rules, codec, store, nextId: () => ids++ };
  const sync = new WarpSync(options);
  const start = millis((tree.head.header.timestamp as number) * 1_000);
  let now = start;
  const banned: string[] = [];
  const codes: string[] = [];
  const told = new Set<string>();
  const queue: WarpEffect[] = [...sync.step(now, { kind: "start" })];
  for (const { name } of peers) queue.push(...sync.step(now, { kind: "connected", peer: name }));
  let last: WarpEffect | undefined;
  let deadline = now;
  for (let effect = queue.shift(); effect !== undefined; effect = queue.shift()) {
    if (effect.kind === "setTimer") deadline = effect.at;
    else last = effect;
    if (effect.kind === "ban") {
      banned.push(effect.peer);
      codes.push(effect.reason);
      queue.push(...sync.step(now, { kind: "disconnected", peer: effect.peer }));
    }
    if (effect.kind !== "request") continue;
    const { id, peer, bytes } = effect;
    const { source, lie } = peers.find(({ name }) => name === peer)!;
    const asked = wire.decodeRequest("req", bytes);
    assert.ok(asked.ok);
    // A node gives no block to a peer that it takes for one without a chain (12.8).
    if (asked.value.kind === "status" && asked.value.status.genesisHash === chain.genesis.hash) told.add(peer);
    if (asked.value.kind === "blockByHash") assert.ok(told.has(peer));
    const truth = answer(source, bytes);
    const said = lie === undefined ? truth : lie(truth);
    now = millis(now + answerMs);
    const sent = banned.includes(peer) || said === undefined ? "timeout" : wire.encodeResponse(said);
    queue.push(...sync.step(now, { kind: "answer", id, peer, answer: sent }));
  }
  return { store, banned, codes, tookMs: now - start, last: sync.step(deadline, { kind: "timer" })[0] ?? last };
}

function answer(source: SnapshotSource, bytes: Uint8Array): NodeResponse {
  const request = wire.decodeRequest("req", bytes);
  assert.ok(request.ok);
  const { value } = request;
  if (value.kind === "blockByHash") return { kind: "block", block: tree.readBlock(value.hash)! };
  const found =
    value.kind === "snapshotHeader"
      ? source.header()
      : value.kind === "snapshotHandoffs"
        ? source.handoffs(value.fromSet)
        : value.kind === "snapshotChunk"
          ? source.chunk(value.block, value.index)
          : undefined;
  return found === undefined ? { kind: "notFound" } : ({ kind: value.kind, bytes: found } as NodeResponse);
}

function change<T>(kce: Parameters<typeof decodeKce<T>>[0], bytes: Uint8Array, to: (value: T) => T): Uint8Array {
  const decoded = decodeKce(kce, bytes, wireLimits.snapshotBytes);
  assert.ok(decoded.ok);
  return encodeKce(kce, to(decoded.value));
}

test("a node that warps goes on from the state of a final block as if it had applied all blocks (12.12)", () => {
  const { store, last, banned } = warp([{ name: "a", source: server }]);
  assert.equal(last?.kind, "warped");
  assert.deepEqual(banned, []);
  const warped = new ChainTree({ store, genesis: chain.genesis, rules: chain.rules, codec });
  assert.equal(warped.final.hash, tree.final.hash);
  assert.deepEqual(currentSet(warped), currentSet(tree));
  for (const table of [chainTables.entries, chainTables.tree, chainTables.keys, chainTables.handoffs]) {
    const rows = (from: MemoryStore) => from.dump().filter((row) => row.startsWith(`${table} `));
    assert.deepEqual(rows(store), rows(tree.store as MemoryStore), table);
  }
  voters.next();
  const path = [...tree.nodes()].sort((a, b) => a.header.number - b.header.number);
  for (const { hash, header } of path) {
    if (header.number <= warped.final.header.number) continue;
    assert.equal(warped.import(tree.readBlock(hash)!).outcome.kind, "imported");
  }
  assert.equal(warped.head.tree.hash, tree.head.tree.hash);
});

test("the voters are proven from genesis: three sets, two handoffs, in pages too", () => {
  const all = decodeKce(kceHandoffs, server.handoffs(0 as Epoch)!, wireLimits.snapshotBytes);
  assert.ok(all.ok);
  assert.equal(all.value.handoffs.length, 2);
  const rest = decodeKce(kceHandoffs, server.handoffs(1 as Epoch)!, wireLimits.snapshotBytes);
  assert.ok(rest.ok && rest.value.handoffs.length === 1);
});

const lies: Readonly<Record<string, Lie>> = {
  "garbage for a header": (said) =>
    said.kind === "snapshotHeader" ? { ...said, bytes: Uint8Array.of(1, 2, 3) } : said,
  "a header with a state root of its own": (said) =>
    said.kind === "snapshotHeader"
      ? {
          ...said,
          bytes: change(kceSnapshot, said.bytes, (it) => ({
            ...it,
            header: { ...it.header, stateRoot: it.header.parentHash },
          })),
        }
      : said,
  "a justification with a signature too few": (said) =>
    said.kind === "snapshotHeader"
      ? {
          ...said,
          bytes: change(kceSnapshot, said.bytes, (it) => ({
            ...it,
            justification: { ...it.justification, precommits: it.justification.precommits.slice(0, 2) },
          })),
        }
      : said,
  "a handoff left out": (said) =>
    said.kind === "snapshotHandoffs"
      ? { ...said, bytes: change(kceHandoffs, said.bytes, ({ handoffs }) => ({ handoffs: handoffs.slice(1) })) }
      : said,
  "a handoff with voters of its own": (said) =>
    said.kind === "snapshotHandoffs"
      ? {
          ...said,
          bytes: change(kceHandoffs, said.bytes, ({ handoffs: [first, ...rest] }) => ({
            handoffs: [{ ...first!, record: rest[0]!.record }, ...rest],
          })),
        }
      : said,
  "a handoff with a shorter proof": (said) =>
    said.kind === "snapshotHandoffs"
      ? {
          ...said,
          bytes: change(kceHandoffs, said.bytes, ({ handoffs: [first, ...rest] }) => ({
            handoffs: [{ ...first!, proof: { ...first!.proof, siblings: first!.proof.siblings.slice(1) } }, ...rest],
          })),
        }
      : said,
  "no handoffs": (said) =>
    said.kind === "snapshotHandoffs" ? { ...said, bytes: encodeKce(kceHandoffs, { handoffs: [] }) } : said,
  "a chunk with a richer account": (said) =>
    said.kind === "snapshotChunk"
      ? {
          ...said,
          bytes: change(kceChunk, said.bytes, (it) => ({
            ...it,
            entries: it.entries.map((entry) => ({ ...entry, value: Uint8Array.of(...entry.value, 1) })),
          })),
        }
      : said,
  "a chunk without its last entry": (said) =>
    said.kind === "snapshotChunk"
      ? { ...said, bytes: change(kceChunk, said.bytes, (it) => ({ ...it, entries: it.entries.slice(0, -1) })) }
      : said,
  "another block": (said) => (said.kind === "block" ? { kind: "block", block: tree.readBlock(tree.head.hash)! } : said),
};

/** What each lie is called in logs. */
const codes: Readonly<Record<string, WarpFaultCode>> = {
  "garbage for a header": "WARP_MALFORMED",
  "a header with a state root of its own": "WARP_CHAIN",
  "a justification with a signature too few": "WARP_JUSTIFICATION",
  "a handoff left out": "WARP_JUSTIFICATION",
  "a handoff with voters of its own": "WARP_PROOF",
  "a handoff with a shorter proof": "WARP_PROOF",
  "no handoffs": "WARP_CHAIN",
  "a chunk with a richer account": "WARP_CHUNK",
  "a chunk without its last entry": "WARP_CHUNK",
  "another block": "WARP_MALFORMED",
};

for (const [what, lie] of Object.entries(lies)) {
  test(`a peer that sends ${what} is banned, alone it gives nothing, and an honest one is enough (I46)`, () => {
    const alone = warp([{ name: "liar", source: server, lie }]);
    assert.equal(alone.last?.kind, "failed");
    assert.deepEqual(alone.banned, ["liar"]);
    assert.deepEqual(alone.codes, [codes[what]]);
    const helped = warp([
      { name: "liar", source: server, lie },
      { name: "honest", source: server },
    ]);
    assert.deepEqual([helped.last?.kind, helped.banned], ["warped", ["liar"]]);
  });
}

test("a peer that never answers is left for another one; nobody at all ends in full sync", () => {
  const silent: Lie = (said) => (said.kind === "snapshotHeader" ? said : undefined);
  assert.equal(warp([{ name: "silent", source: server, lie: silent }]).last?.kind, "failed");
  const two = warp([
    { name: "silent", source: server, lie: silent },
    { name: "honest", source: server },
  ]);
  assert.deepEqual([two.last?.kind, two.banned], ["warped", []]);
});

test("a false proof that comes first does not end a warp before the others have offered anything", () => {
  const lie: Lie = (said) =>
    said.kind === "snapshotHeader"
      ? {
          ...said,
          bytes: change(kceSnapshot, said.bytes, (it) => ({
            ...it,
            justification: { ...it.justification, set: 0 as Epoch },
          })),
        }
      : said;
  const { last, banned } = warp([
    { name: "liar", source: server, lie },
    { name: "honest", source: server },
  ]);
  assert.deepEqual([last?.kind, banned], ["warped", ["liar"]]);
});

test("wrong totals make nobody guilty but their sender", () => {
  for (const totals of [{ totalEntries: 1n }, { totalEntries: 1_000_000n }, { totalChunks: 1 }]) {
    const lie: Lie = (said) => {
      if (said.kind !== "snapshotHeader") return said.kind === "snapshotChunk" ? undefined : said;
      return { ...said, bytes: change(kceSnapshot, said.bytes, (it) => ({ ...it, ...totals })) };
    };
    const { last, banned } = warp([
      { name: "liar", source: server, lie },
      { name: "honest", source: server },
    ]);
    assert.deepEqual([last?.kind, banned], ["warped", []], Object.keys(totals).join());
  }
});

test("two parts that overlap are nobody's proven fault: an honest source is not banned for the part of a liar", () => {
  const lie: Lie = (said) => {
    if (said.kind !== "snapshotChunk") return said;
    if (placeOf(said.bytes) === 1) return undefined;
    if (placeOf(said.bytes) !== 2) return said;
    return { ...said, bytes: change(kceChunk, wider.chunk(snapshotHash, 1)!, (it) => ({ ...it, index: 2 })) };
  };
  let isFirst = true;
  const late: Lie = (said) => {
    if (said.kind !== "snapshotChunk" || placeOf(said.bytes) !== 1 || !isFirst) return said;
    isFirst = false;
    return undefined;
  };
  const { last, banned } = warp([
    { name: "liar", source: server, lie },
    { name: "honest", source: server, lie: late },
  ]);
  assert.deepEqual([last, banned], [{ kind: "failed", code: "WARP_OTHER_ROOT" }, []]);
});

/** The place of a part. */
function placeOf(bytes: Uint8Array): number {
  const decoded = decodeKce(kceChunk, bytes, wireLimits.snapshotBytes);
  assert.ok(decoded.ok);
  return decoded.value.index;
}

test("a source that gives its state entry by entry, as slowly as it may, ends the warp within two minutes", () => {
  const { last, tookMs } = warp([{ name: "slow", source: trickle }], 10_000);
  assert.deepEqual(last, { kind: "failed", code: "WARP_NO_PEERS" });
  assert.ok(tookMs <= 120_000, `${tookMs} ms`);
});

test("what an interrupted warp wrote is cleared, and the store begins anew (12.12 (5))", () => {
  const { store } = warp([{ name: "a", source: server }]);
  const cut = new MemoryStore(store.batches.slice(0, 2));
  assert.notDeepEqual(cut.dump(), []);
  for (let rows = unfinishedRows(cut, 3); rows.length > 0; rows = unfinishedRows(cut, 3)) void cut.commit(rows);
  assert.deepEqual(cut.dump(), []);
  assert.deepEqual(unfinishedRows(new MemoryStore(store.batches)), []);
});
