import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digest, encodeKce, epoch, height, krat12, millis } from "@polis/codec";
import { kceJustification } from "@polis/finality";
import fc from "fast-check";
import { blockHash } from "../block/header.ts";
import { chainTables, numberKey } from "../chain/tables.ts";
import { PeerBook } from "../peers/peerBook.ts";
import { straight } from "../testing/blockTree.ts";
import { MemoryStore } from "../testing/memoryStore.ts";
import { sourcesOf, treeWith } from "../testing/syncWorld.ts";
import { codec } from "../testing/testChain.ts";
import { answerRequest } from "./answerRequest.ts";
import { wireLimits } from "./limits.ts";
import type { NodeRequest } from "./messages.ts";
import { serveRequest } from "./serveRequest.ts";
import { Wire } from "./wire.ts";

const chain = straight(120);
const tree = treeWith(chain, chain.blocks);
const half = treeWith(chain, chain.blocks);
half.finalize(blockHash(chain.blocks[69]!.header));
const sources = sourcesOf(half);
const wire = new Wire(codec);
const nowhere = digest("99".repeat(32));

const range = (fromBlock: number, maxBlocks: number, includeBodies = true): Extract<NodeRequest, { kind: "sync" }> => ({
  ...{ kind: "sync", fromBlock: height(fromBlock), maxBlocks, includeBodies },
});

test("blocks by hash and number, final or not, and headers; what is not here is not found", () => {
  for (const number of [1, 69, 70, 71, 120]) {
    const block = chain.blocks[number - 1]!;
    const asked: readonly NodeRequest[] = [
      { kind: "blockByHash", hash: blockHash(block.header) },
      { kind: "blockByNumber", number: height(number) },
    ];
    for (const request of asked) {
      const answer = answerRequest(sources, request);
      assert.ok(answer.kind === "block");
      assert.equal(blockHash(answer.block.header), blockHash(block.header));
      assert.equal(answer.block.transactions.length, block.transactions.length);
    }
    const header = answerRequest(sources, { kind: "headerByNumber", number: height(number) });
    assert.ok(header.kind === "header" && blockHash(header.header) === blockHash(block.header));
  }
  const missing: readonly NodeRequest[] = [
    { kind: "blockByHash", hash: nowhere },
    { kind: "blockByNumber", number: height(121) },
    { kind: "headerByNumber", number: height(2 ** 52) },
    { kind: "snapshotHeader" },
    { kind: "snapshotHandoffs", fromSet: epoch(0) },
    { kind: "snapshotChunk", block: nowhere, index: 0 },
  ];
  for (const request of missing) assert.deepEqual(answerRequest(sources, request), { kind: "notFound" });
});

test("a range is what the chain holds from there on, whatever is asked, with the final part and the rest", () => {
  const { hash: genesisHash } = chain.chain.genesis;
  fc.assert(
    fc.property(fc.nat(130), fc.integer({ min: 1, max: 100 }), fc.boolean(), (from, count, bodies) => {
      const answer = answerRequest(sources, range(from, count, bodies));
      assert.ok(answer.kind === "sync");
      const expected = [{ hash: genesisHash, size: 0 }]
        .concat(chain.blocks.map((b) => ({ hash: blockHash(b.header), size: b.transactions.length })))
        .slice(from, from + count);
      assert.deepEqual(
        answer.blocks.map(({ header }) => blockHash(header)),
        expected.map(({ hash }) => hash),
      );
      assert.deepEqual(
        answer.blocks.map(({ transactions }) => transactions.length),
        expected.map(({ size }) => (bodies ? size : 0)),
      );
      assert.equal(answer.hasMore, from + count <= 120);
      assert.equal(answer.bestHeight, 120);
      assert.equal(wire.decodeResponse(range(from, count, bodies), wire.encodeResponse(answer)).ok, true);
    }),
  );
});

test("max_blocks is checked before anything is read", () => {
  for (const count of [0, 101, 2 ** 32 - 1]) {
    const answer = answerRequest(
      { ...sources, reader: undefined as never },
      { ...range(1, 1), maxBlocks: count, kind: "sync" },
    );
    assert.equal(answer.kind, "error");
  }
});

test("an answer is cut to fit 10 MiB", () => {
  const store = new MemoryStore(tree.store instanceof MemoryStore ? tree.store.batches : []);
  const large = { ...tree, store, final: tree.final, head: tree.head, readBlock: tree.readBlock.bind(tree) };
  const sizes = { ...store, get: (table: string, key: Uint8Array) => padded(store.get(table, key), table) };
  const reader = { ...sources.reader, tree: { ...large, store: sizes } } as unknown as typeof sources.reader;
  const answer = answerRequest({ ...sources, reader }, range(1, 100));
  assert.ok(answer.kind === "sync");
  assert.equal(answer.blocks.length, Math.floor(wireLimits.responseBytes / 900_000));
  assert.equal(answer.hasMore, true);
});

/** A block as large as a full one. */
function padded(value: Uint8Array | undefined, table: string): Uint8Array | undefined {
  return table === chainTables.blocks && value !== undefined ? new Uint8Array(900_000) : value;
}

test("a node that began with a snapshot says of blocks below it that it has not got them", () => {
  const store = half.store as MemoryStore;
  const without = {
    ...half,
    store: {
      get: (table: string, key: Uint8Array) => (table === chainTables.numbers ? undefined : store.get(table, key)),
    },
  };
  const reader = { tree: { ...without, head: half.head, final: half.final, readBlock: half.readBlock.bind(half) } };
  const warped = { ...sources, reader: reader as unknown as typeof sources.reader };
  assert.deepEqual(answerRequest(warped, range(5, 50)), { kind: "notFound" });
  assert.equal(answerRequest(warped, range(71, 50)).kind, "sync");
});

test("status, votes, genesis and snapshots come from where they are kept", () => {
  const votes = [
    {
      type: "prevote",
      target: { number: height(1), hash: nowhere },
      round: 2,
      set: epoch(1),
      voter: nowhere,
      signature: new Uint8Array(64),
    },
  ] as const;
  const full = {
    ...{ ...sources, peerCount: () => 7, votes: (_set: number, round: number) => (round === 2 ? votes : []) },
    snapshots: {
      ...{ header: () => Uint8Array.of(1), handoffs: (set: number) => Uint8Array.of(set) },
      chunk: (_block: Digest, index: number) => (index < 2 ? Uint8Array.of(index) : undefined),
    },
  };
  const status = answerRequest(full, { kind: "status", status: sources.status() });
  assert.ok(status.kind === "status" && status.peerCount === 7 && status.status.bestBlock === 120);
  assert.deepEqual(answerRequest(full, { kind: "votes", set: epoch(1), round: 2 }), { kind: "votes", votes });
  assert.deepEqual(answerRequest(full, { kind: "votes", set: epoch(1), round: 3 }), { kind: "votes", votes: [] });
  const genesis = answerRequest(full, { kind: "genesis", protocolVersion: 1 });
  assert.ok(genesis.kind === "genesis" && genesis.genesis.genesisHash === chain.chain.genesis.hash);
  assert.deepEqual(answerRequest(full, { kind: "snapshotHeader" }), {
    kind: "snapshotHeader",
    bytes: Uint8Array.of(1),
  });
  assert.deepEqual(answerRequest(full, { kind: "snapshotHandoffs", fromSet: epoch(9) }), {
    kind: "snapshotHandoffs",
    bytes: Uint8Array.of(9),
  });
  assert.equal(answerRequest(full, { kind: "snapshotChunk", block: nowhere, index: 2 }).kind, "notFound");
});

test("a record that does not fit an answer is an error text, and stops nobody", () => {
  const { record } = sources.genesis;
  const balances = Array.from({ length: 200_001 }, () => ({ account: nowhere, amount: krat12(1n) }));
  const answer = answerRequest(
    { ...sources, genesis: { ...sources.genesis, record: { ...record, balances } } },
    { kind: "genesis", protocolVersion: 1 },
  );
  assert.equal(answer.kind, "error");
});

/** Rows of justifications: how many blocks after the one before, and whether its set is another. */
const history = fc.array(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.nat(9)), { maxLength: 150 });

test("catch-up: every handoff, else the last one within fifty blocks, oldest first, the newest last (7.8)", () => {
  fc.assert(
    fc.property(history, fc.nat(3_000), (steps, above) => {
      const store = new MemoryStore();
      let number = 0;
      let set = 0;
      const all = steps.map(([after, luck]) => {
        number += after;
        if (luck === 0) set++;
        return {
          block: { number: height(number), hash: nowhere },
          round: 1,
          set: epoch(set),
          precommits: [],
          ancestry: [],
        };
      });
      const row = (one: (typeof all)[0]) => ({
        ...{ table: chainTables.justifications, key: numberKey(one.block.number) },
        value: encodeKce(kceJustification, one),
      });
      void store.commit(all.map(row));
      const reader = { tree: { store } } as unknown as typeof sources.reader;
      const answer = answerRequest({ ...sources, reader }, { kind: "catchUp", finalized: height(above) });
      assert.ok(answer.kind === "justifications" && answer.justifications.length <= 20);
      const given = answer.justifications.map(({ block }) => block.number);
      const open = all.filter(({ block }) => block.number > above);
      const last = given.at(-1) ?? above;
      // Nothing is left out that a verifier needs: the last one of each set on the way.
      for (const [i, { block, set: of }] of open.entries()) {
        if (open[i + 1] !== undefined && open[i + 1]!.set !== of && block.number <= last)
          assert.ok(given.includes(block.number));
      }
      let at: number = above;
      for (const next of given) {
        const within = open.filter(({ block }) => block.number > at && block.number <= at + 50);
        assert.ok(within.length === 0 || next <= at + 50);
        at = next;
      }
      if (given.length < 20) assert.equal(last, open.at(-1)?.block.number ?? above);
    }),
    { numRuns: 60 },
  );
});

test("a node that is joining may ask for its genesis, a status and a snapshot, and for nothing else (12.8)", () => {
  const book = new PeerBook(new MemoryStore());
  book.connected(millis(0), "a");
  book.setJoining("a", true);
  const serve = (request: NodeRequest) => {
    const bytes = wire.encodeRequest(request);
    const event = { kind: "request", id: 3, peer: "a", protocol: "req", bytes } as const;
    return serveRequest({ wire, book, sources }, millis(5), event).effects[0]?.kind;
  };
  const allowed: readonly NodeRequest[] = [
    { kind: "genesis", protocolVersion: 1 },
    { kind: "status", status: sources.status() },
    { kind: "snapshotHeader" },
  ];
  const refused: readonly NodeRequest[] = [
    range(1, 1),
    { kind: "blockByNumber", number: height(1) },
    { kind: "catchUp", finalized: height(0) },
  ];
  for (const request of allowed) assert.equal(serve(request), "respond", request.kind);
  for (const request of refused) assert.equal(serve(request), "refuse", request.kind);
  book.setJoining("a", false);
  for (const request of refused) assert.equal(serve(request), "respond", request.kind);
});

test("a request is served, refused or charged", () => {
  const book = new PeerBook(new MemoryStore());
  book.connected(millis(0), "a");
  const serve = (bytes: Uint8Array, protocol: "req" | "genesis" = "req") =>
    serveRequest({ wire, book, sources }, millis(5), { kind: "request", id: 3, peer: "a", protocol, bytes });
  const asked = wire.encodeRequest({ kind: "blockByNumber", number: height(1) });
  const good = serve(asked);
  assert.equal(good.request?.kind, "blockByNumber");
  const [answer] = good.effects;
  assert.ok(answer?.kind === "respond" && answer.id === 3);
  assert.equal(wire.decodeResponse({ kind: "blockByNumber", number: height(1) }, answer.bytes).ok, true);
  const other = serve(asked, "genesis");
  assert.deepEqual(
    other.effects.map(({ kind }) => kind),
    ["refuse", "report"],
  );
  assert.equal(book.score(millis(5), "a"), 50);
  assert.deepEqual(serve(Uint8Array.of(1)).effects[0], { kind: "refuse", id: 3 });
  const genesis = wire.encodeRequest({ kind: "genesis", protocolVersion: 1 });
  const kinds = Array.from({ length: 6 }, () => serve(genesis, "genesis").effects[0]?.kind);
  assert.deepEqual(kinds, ["respond", "respond", "respond", "respond", "respond", "refuse"]);
  const votes = wire.encodeRequest({ kind: "votes", set: epoch(0), round: 1 });
  assert.deepEqual(
    [serve(votes), serve(votes)].map(({ effects }) => effects[0]?.kind),
    ["respond", "refuse"],
  );
});
