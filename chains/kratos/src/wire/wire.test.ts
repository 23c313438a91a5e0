import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, decodeKce, digest, encodeKce, epoch, height, krat12, millis, seconds, slot } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import type { FinalityVote, Justification } from "@polis/finality";
import fc from "fast-check";
import { kceBlock } from "../block/block.ts";
import { kceHeader } from "../block/header.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { KRAT } from "../params/chainParams.ts";
import { straight } from "../testing/blockTree.ts";
import { codec } from "../testing/testChain.ts";
import { wireLimits } from "./limits.ts";
import type { Topic } from "./link.ts";
import type { GossipMessage, NodeRequest, NodeResponse, Status } from "./messages.ts";
import { Wire } from "./wire.ts";

const wire = new Wire(codec);
const { chain, blocks: produced } = straight(4);
/** As they come from the wire. */
const blocks = produced.map((one) => {
  const decoded = decodeKce(kceBlock(codec), encodeKce(kceBlock(codec), one), 1_000_000);
  if (!decoded.ok) throw new Error(decoded.fault.code);
  return decoded.value;
});
function plain<T>(model: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
}
const { genesis } = chain;
const [first, second, third, fourth] = blocks as [
  (typeof blocks)[0],
  (typeof blocks)[0],
  (typeof blocks)[0],
  (typeof blocks)[0],
];

const hash: fc.Arbitrary<Digest> = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => digest(bytes.toHex()));
const number = fc.maxSafeNat().map(height);
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const target = plain({ number, hash });
const set = fc.maxSafeNat().map(epoch);
const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });
const block = fc.constantFrom(...blocks);

const status: fc.Arbitrary<Status> = plain({
  ...{ bestBlock: number, bestHash: hash, genesisHash: hash, finalizedNumber: number, finalizedHash: hash },
  ...{ protocolVersion: u32, unixTimeMs: fc.maxSafeNat().map(millis) },
});
const vote: fc.Arbitrary<FinalityVote> = plain({
  ...{ type: fc.constantFrom("prevote" as const, "precommit" as const), target, round: u32, set },
  ...{ voter: hash, signature },
});
const justification: fc.Arbitrary<Justification> = plain({
  ...{ block: target, round: u32, set },
  precommits: fc.array(plain({ target, validator: hash, signature }), { maxLength: 4 }),
  ancestry: fc.array(
    block.map(({ header }) => encodeKce(kceHeader, header)),
    { maxLength: 3 },
  ),
});

const gossip: fc.Arbitrary<GossipMessage> = fc.oneof(
  block.map((one) => ({ topic: "blocks" as const, block: one })),
  fc.constantFrom(first, fourth).map((one) => ({ topic: "transactions" as const, signed: one.transactions[0]! })),
  fc.tuple(block, block).map(([a, b]) => ({
    topic: "consensus" as const,
    evidence: { kind: "doubleSigning" as const, first: a.header, second: b.header },
  })),
  fc.tuple(vote, vote).map(([a, b]) => ({
    topic: "consensus" as const,
    evidence: { kind: "equivocation" as const, first: a, second: b },
  })),
  vote.map((one) => ({ topic: "finality" as const, vote: one })),
  justification.map((one) => ({ topic: "finality" as const, justification: one })),
);

const request: fc.Arbitrary<NodeRequest> = fc.oneof(
  hash.map((one) => ({ kind: "blockByHash" as const, hash: one })),
  number.map((one) => ({ kind: "blockByNumber" as const, number: one })),
  number.map((one) => ({ kind: "headerByNumber" as const, number: one })),
  plain({ kind: fc.constant("sync" as const), fromBlock: number, maxBlocks: u32, includeBodies: fc.boolean() }),
  status.map((one) => ({ kind: "status" as const, status: one })),
  u32.map((protocolVersion) => ({ kind: "genesis" as const, protocolVersion })),
  fc.constant({ kind: "snapshotHeader" as const }),
  set.map((fromSet) => ({ kind: "snapshotHandoffs" as const, fromSet })),
  plain({ kind: fc.constant("snapshotChunk" as const), block: hash, index: u32 }),
  plain({ kind: fc.constant("votes" as const), set, round: u32 }),
  number.map((finalized) => ({ kind: "catchUp" as const, finalized })),
);

const bytes = fc.uint8Array({ maxLength: 300 });
const response: fc.Arbitrary<NodeResponse> = fc.oneof(
  block.map((one) => ({ kind: "block" as const, block: one })),
  block.map(({ header }) => ({ kind: "header" as const, header })),
  fc.constant({ kind: "notFound" as const }),
  fc.string({ maxLength: 60 }).map((text) => ({ kind: "error" as const, text })),
  plain({
    kind: fc.constant("sync" as const),
    blocks: fc.nat(4).map((n) => blocks.slice(0, n)),
    ...{ hasMore: fc.boolean(), bestHeight: number },
  }),
  plain({ kind: fc.constant("status" as const), status, peerCount: u32 }),
  fc.constant({
    kind: "genesis" as const,
    genesis: {
      ...{ genesisHash: genesis.hash, genesisBlock: { header: genesis.header, transactions: [] }, chainName: "KratOs" },
      ...{ protocolVersion: 1, record: genesis.record },
    },
  }),
  fc
    .tuple(fc.constantFrom("snapshotHeader" as const, "snapshotHandoffs" as const, "snapshotChunk" as const), bytes)
    .map(([kind, given]) => ({ kind, bytes: given })),
  fc.array(vote, { maxLength: 5 }).map((votes) => ({ kind: "votes" as const, votes })),
  fc
    .array(justification, { maxLength: 3 })
    .map((justifications) => ({ kind: "justifications" as const, justifications })),
);

/** A request that any answer of a kind would fit, as far as its content goes. */
function askedFor(answer: NodeResponse): NodeRequest {
  switch (answer.kind) {
    case "header":
      return { kind: "headerByNumber", number: answer.header.number };
    case "sync":
      return { kind: "sync", fromBlock: height(1), maxBlocks: 100, includeBodies: true };
    case "status":
      return { kind: "genesis", protocolVersion: 1 };
    default:
      return { kind: "blockByHash", hash: genesis.hash };
  }
}

test("every gossip message survives the wire", () => {
  fc.assert(
    fc.property(gossip, (message) => {
      const decoded = wire.decodeGossip(message.topic, wire.encodeGossip(message));
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.value, message);
    }),
  );
});

test("every request survives the wire, and on the protocol of genesis no other one is taken", () => {
  fc.assert(
    fc.property(request, (one) => {
      const encoded = wire.encodeRequest(one);
      assert.deepEqual(wire.decodeRequest("req", encoded), { ok: true, value: one });
      const genesisOnly = wire.decodeRequest("genesis", encoded);
      assert.equal(
        genesisOnly.ok ? "taken" : genesisOnly.fault.code,
        one.kind === "genesis" ? "taken" : "WIRE_OTHER_PROTOCOL",
      );
    }),
  );
});

test("every answer survives the wire to who asked for its kind", () => {
  fc.assert(
    fc.property(response, (one) => {
      const encoded = wire.encodeResponse(one);
      const decoded = wire.decodeResponse(askedFor(one), encoded);
      const fits = ["header", "sync", "notFound", "error"].includes(one.kind);
      if (fits) assert.deepEqual(decoded, { ok: true, value: one });
      else assert.ok(!decoded.ok && decoded.fault.code.startsWith("WIRE_OTHER_"));
    }),
  );
});

const topicsOf: readonly Topic[] = ["blocks", "transactions", "consensus", "finality"];

test("reading never throws, and what it takes encodes to the same bytes", () => {
  const changed = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
  const flip = (good: Uint8Array, [at, mask]: readonly [number, number]) => {
    const copy = good.slice();
    copy[at % copy.length]! ^= mask;
    return copy;
  };
  fc.assert(
    fc.property(gossip, request, response, changed, bytes, (message, asked, answer, change, noise) => {
      for (const topic of topicsOf) {
        for (const input of [flip(wire.encodeGossip(message), change), noise]) {
          const decoded = wire.decodeGossip(topic, input);
          if (decoded.ok) assert.deepEqual(wire.encodeGossip(decoded.value), input);
        }
      }
      for (const input of [flip(wire.encodeRequest(asked), change), noise]) {
        const decoded = wire.decodeRequest("req", input);
        if (decoded.ok) assert.deepEqual(wire.encodeRequest(decoded.value), input);
      }
      for (const input of [flip(wire.encodeResponse(answer), change), noise]) {
        const decoded = wire.decodeResponse(askedFor(answer), input);
        if (decoded.ok) assert.deepEqual(wire.encodeResponse(decoded.value), input);
      }
    }),
    { numRuns: 200 },
  );
});

const zero = "00".repeat(8);
const refusedRequests: readonly (readonly [string, string, string])[] = [
  ["nothing", "", "KCE_TRUNCATED"],
  ["an unknown tag", "0b000000", "KCE_TAG"],
  ["a hash cut short", `00000000${"11".repeat(31)}`, "KCE_TRUNCATED"],
  ["a number of 2^53", "010000000000000000002000", "KCE_INTEGER"],
  ["a bool of 2", `03000000${zero}3200000002`, "KCE_TAG"],
  ["a status cut short", `04000000${zero}`, "KCE_TRUNCATED"],
  [
    "a status with a time of 2^53",
    `04000000${zero}${"22".repeat(64)}${zero}${"33".repeat(32)}010000000000000000002000`,
    "KCE_INTEGER",
  ],
  ["bytes behind a genesis request", "050000000100000000", "KCE_TRAILING"],
  ["bytes behind a snapshot request", "0600000000", "KCE_TRAILING"],
  ["a set of 2^53", "070000000000000000002000", "KCE_INTEGER"],
  ["a chunk without an index", `08000000${"11".repeat(32)}`, "KCE_TRUNCATED"],
  ["votes without a round", `09000000${zero}`, "KCE_TRUNCATED"],
  ["a finalized height of 2^64-1", "0a000000ffffffffffffffff", "KCE_INTEGER"],
];
for (const [what, hex, code] of refusedRequests) {
  test(`a request is refused: ${what}`, () => {
    const decoded = wire.decodeRequest("req", Uint8Array.fromHex(hex));
    assert.equal(decoded.ok ? "taken" : decoded.fault.code, code);
  });
}

const many = "ffffffff00000000";
const refusedAnswers: readonly (readonly [string, string, string])[] = [
  ["an unknown tag", "0c000000", "KCE_TAG"],
  ["a block cut short", "0000000001", "KCE_TRUNCATED"],
  ["bytes behind not found", "0200000000", "KCE_TRAILING"],
  ["an error text of 257 bytes", `030000000101000000000000${"41".repeat(257)}`, "KCE_TOO_LONG"],
  ["an error text that is none", "030000000100000000000000ff", "KCE_TEXT"],
  ["101 blocks", `040000006500000000000000${"00".repeat(400)}`, "KCE_TOO_LONG"],
  ["more blocks than bytes", `04000000${many}`, "KCE_TOO_LONG"],
  ["a has_more of 2", `04000000${zero}02${zero}`, "KCE_TAG"],
  [
    "a status without a peer count",
    `05000000${zero}${"22".repeat(64)}${zero}${"33".repeat(32)}01000000${zero}`,
    "KCE_TRUNCATED",
  ],
  ["snapshot bytes that are missing", `07000000${many}`, "KCE_TOO_LONG"],
  ["501 votes", `0a000000f501000000000000${"00".repeat(600)}`, "KCE_TOO_LONG"],
  ["21 justifications", `0b0000001500000000000000${"00".repeat(400)}`, "KCE_TOO_LONG"],
];
for (const [what, hex, code] of refusedAnswers) {
  test(`an answer is refused: ${what}`, () => {
    const decoded = wire.decodeResponse({ kind: "snapshotHeader" }, Uint8Array.fromHex(hex));
    assert.equal(decoded.ok ? "taken" : decoded.fault.code, code);
  });
}

test("gossip is refused: unknown tags, votes of no type, bytes beyond 1 MiB", () => {
  const codeOf = (topic: Topic, input: Uint8Array) => {
    const decoded = wire.decodeGossip(topic, input);
    return decoded.ok ? "taken" : decoded.fault.code;
  };
  assert.equal(codeOf("finality", Uint8Array.fromHex("02000000")), "KCE_TAG");
  assert.equal(codeOf("consensus", Uint8Array.fromHex("02000000")), "KCE_TAG");
  assert.equal(codeOf("finality", new Uint8Array([0, 0, 0, 0, 2, ...new Uint8Array(148)])), "KCE_TAG");
  assert.equal(codeOf("blocks", new Uint8Array(wireLimits.gossipBytes + 1)), "KCE_TOO_LONG");
  assert.equal(codeOf("transactions", wire.encodeGossip({ topic: "blocks", block: first })), "KCE_INTEGER");
  const large = wire.decodeRequest("req", new Uint8Array(wireLimits.requestBytes + 1));
  assert.equal(large.ok ? "taken" : large.fault.code, "KCE_TOO_LONG");
  const larger = wire.decodeResponse({ kind: "snapshotHeader" }, new Uint8Array(wireLimits.responseBytes + 1));
  assert.equal(larger.ok ? "taken" : larger.fault.code, "KCE_TOO_LONG");
});

test("what this node says itself stays within the limits", () => {
  const snapshot = { kind: "snapshotChunk", bytes: new Uint8Array(wireLimits.snapshotBytes + 1) } as const;
  assert.throws(() => wire.encodeResponse(snapshot), RangeError);
  assert.throws(() => wire.encodeResponse({ kind: "error", text: "x".repeat(257) }), RangeError);
});

test("an answer fits its request alone: other blocks, gaps, forks and too many are refused", () => {
  const range = { kind: "sync", fromBlock: height(2), maxBlocks: 2, includeBodies: true } as const;
  const answerOf = (given: readonly (typeof first)[]): NodeResponse => ({
    ...{ kind: "sync", blocks: given, hasMore: false, bestHeight: height(4) },
  });
  const codeOf = (asked: NodeRequest, answer: NodeResponse) => {
    const decoded = wire.decodeResponse(asked, wire.encodeResponse(answer));
    return decoded.ok ? "taken" : decoded.fault.code;
  };
  assert.equal(codeOf(range, answerOf([second, third])), "taken");
  assert.equal(codeOf(range, answerOf([])), "taken");
  const wrong = [[first], [third], [second, fourth], [second, third, fourth], [third, second]];
  for (const given of wrong) assert.equal(codeOf(range, answerOf(given)), "WIRE_OTHER_BLOCKS");
  const unlinked = { ...third, header: { ...third.header, parentHash: genesis.hash } };
  assert.equal(codeOf(range, answerOf([second, unlinked])), "WIRE_OTHER_BLOCKS");
  assert.equal(
    codeOf({ ...range, includeBodies: false, fromBlock: height(1) }, answerOf([first])),
    "WIRE_OTHER_BLOCKS",
  );
  assert.equal(
    codeOf({ kind: "blockByHash", hash: genesis.hash }, { kind: "block", block: first }),
    "WIRE_OTHER_BLOCKS",
  );
  assert.equal(
    codeOf({ kind: "blockByNumber", number: height(1) }, { kind: "block", block: second }),
    "WIRE_OTHER_BLOCKS",
  );
  assert.equal(
    codeOf({ kind: "headerByNumber", number: height(1) }, { kind: "header", header: second.header }),
    "WIRE_OTHER_BLOCKS",
  );
  assert.equal(
    codeOf({ kind: "votes", set: epoch(1), round: 1 }, { kind: "block", block: first }),
    "WIRE_OTHER_ANSWER",
  );
  const one = fc.sample(vote, 1)[0]!;
  assert.equal(
    codeOf({ kind: "votes", set: epoch(1), round: 1 }, { kind: "votes", votes: [{ ...one, set: epoch(2) }] }),
    "WIRE_OTHER_BLOCKS",
  );
  const final = { ...fc.sample(justification, 1)[0]!, block: { number: height(5), hash: genesis.hash } };
  const catchUp = { kind: "catchUp", finalized: height(4) } as const;
  assert.equal(codeOf(catchUp, { kind: "justifications", justifications: [final] }), "taken");
  assert.equal(codeOf(catchUp, { kind: "justifications", justifications: [final, final] }), "WIRE_OTHER_BLOCKS");
  assert.equal(
    codeOf({ ...catchUp, finalized: height(5) }, { kind: "justifications", justifications: [final] }),
    "WIRE_OTHER_BLOCKS",
  );
});

test("frozen bytes of requests, answers and gossip", () => {
  const at = digest("11".repeat(32));
  const own: Status = {
    ...{ bestBlock: height(7), bestHash: at, genesisHash: at, finalizedNumber: height(6), finalizedHash: at },
    ...{ protocolVersion: 1, unixTimeMs: millis(258) },
  };
  const statusHex = `0700000000000000${at}${at}0600000000000000${at}010000000201000000000000`;
  const requests: readonly (readonly [NodeRequest, string])[] = [
    [{ kind: "blockByHash", hash: at }, `00000000${at}`],
    [{ kind: "blockByNumber", number: height(2) }, "010000000200000000000000"],
    [{ kind: "headerByNumber", number: height(3) }, "020000000300000000000000"],
    [{ kind: "sync", fromBlock: height(1), maxBlocks: 50, includeBodies: true }, "0300000001000000000000003200000001"],
    [{ kind: "status", status: own }, `04000000${statusHex}`],
    [{ kind: "genesis", protocolVersion: 1 }, "0500000001000000"],
    [{ kind: "snapshotHeader" }, "06000000"],
    [{ kind: "snapshotHandoffs", fromSet: epoch(4) }, "070000000400000000000000"],
    [{ kind: "snapshotChunk", block: at, index: 5 }, `08000000${at}05000000`],
    [{ kind: "votes", set: epoch(1), round: 2 }, "09000000010000000000000002000000"],
    [{ kind: "catchUp", finalized: height(9) }, "0a0000000900000000000000"],
  ];
  for (const [one, hex] of requests) assert.equal(wire.encodeRequest(one).toHex(), hex);
  const answers: readonly (readonly [NodeResponse, string])[] = [
    [{ kind: "notFound" }, "02000000"],
    [{ kind: "error", text: "no" }, "0300000002000000000000006e6f"],
    [{ kind: "sync", blocks: [], hasMore: true, bestHeight: height(3) }, `04000000${zero}010300000000000000`],
    [{ kind: "status", status: own, peerCount: 2 }, `05000000${statusHex}02000000`],
    [{ kind: "snapshotChunk", bytes: Uint8Array.of(9) }, "09000000010000000000000009"],
    [{ kind: "votes", votes: [] }, `0a000000${zero}`],
    [{ kind: "justifications", justifications: [] }, `0b000000${zero}`],
  ];
  for (const [one, hex] of answers) assert.equal(wire.encodeResponse(one).toHex(), hex);
  const header = {
    ...{
      number: height(1),
      parentHash: at,
      transactionsRoot: at,
      stateRoot: at,
      timestamp: seconds(6),
      epoch: epoch(0),
    },
    ...{ slot: slot(1), author: at, vrfProof: new Uint8Array(80).fill(1), signature: new Uint8Array(64).fill(2) },
  };
  const call = Transfer.of({ to: at, amount: krat12(KRAT) });
  const signed = { transaction: { sender: at, nonce: 3, call, timestamp: 4 }, signature: new Uint8Array(64).fill(5) };
  const whole = { header, transactions: [signed] };
  const record = {
    ...{ chainName: "KratOs", chainId: 0, timestamp: seconds(6), protocolVersion: 1, validators: [], overrides: [] },
    ...{ randomnessSeed: new Uint8Array(32).fill(7), balances: [{ account: at, amount: krat12(9n) }] },
  };
  const digests = [
    wire.encodeGossip({ topic: "blocks", block: whole }),
    wire.encodeGossip({ topic: "transactions", signed }),
    wire.encodeGossip({ topic: "consensus", evidence: { kind: "doubleSigning", first: header, second: header } }),
    wire.encodeResponse({ kind: "block", block: whole }),
    wire.encodeResponse({ kind: "header", header }),
    wire.encodeResponse({
      kind: "genesis",
      genesis: { genesisHash: at, genesisBlock: whole, chainName: "KratOs", protocolVersion: 1, record },
    }),
  ].map((encoded) => `${encoded.length} ${blake3(encoded).toHex().slice(0, 16)}`);
  assert.deepEqual(digests, [
    "476 f5056ebb32547d14",
    "164 1dbcff808906582b",
    "612 381af1790eb26e2e",
    "480 30c0b4a0befe98a3",
    "308 1c6778516047837a",
    "664 e432f04a29e07fd5",
  ]);
});
