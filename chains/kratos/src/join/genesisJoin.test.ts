import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, height, krat12, type Millis, millis, seconds } from "@polis/codec";
import fc from "fast-check";
import { blockHash } from "../block/header.ts";
import { buildGenesis } from "../genesis/buildGenesis.ts";
import type { GenesisRecord } from "../genesis/genesisRecord.ts";
import { PeerBook } from "../peers/peerBook.ts";
import { MemoryStore } from "../testing/memoryStore.ts";
import { person } from "../testing/people.ts";
import { codec } from "../testing/testChain.ts";
import type { PeerName, RequestFailure } from "../wire/link.ts";
import type { GenesisAnswer, NodeResponse } from "../wire/messages.ts";
import { Wire } from "../wire/wire.ts";
import { GenesisJoin, type JoinEffect, type JoinOptions } from "./genesisJoin.ts";

const wire = new Wire(codec);

function recordOf(timestamp: number): GenesisRecord {
  return {
    ...{ chainName: "KratOs", chainId: 0, timestamp: seconds(timestamp), protocolVersion: 1 },
    randomnessSeed: new Uint8Array(32).fill(3),
    balances: [{ account: person(5).account, amount: krat12(10n ** 15n) }],
    validators: [{ account: person(0).account, stake: krat12(0n), isBootstrap: true }],
    overrides: [],
  };
}

function answerOf(record: GenesisRecord): GenesisAnswer {
  const { hash, header } = buildGenesis(record);
  const genesisBlock = { header, transactions: [] };
  return { genesisHash: hash, genesisBlock, chainName: record.chainName, protocolVersion: 1, record };
}

const real = answerOf(recordOf(1_000));
const other = answerOf(recordOf(2_000));
type Answer = NodeResponse | Uint8Array | RequestFailure;
const giving = (genesis: GenesisAnswer): Answer => ({ kind: "genesis", genesis });

/** A joining node beside peers that a test makes up, in virtual time. */
class Joining {
  readonly book = new PeerBook(new MemoryStore());
  readonly join: GenesisJoin;
  readonly effects: JoinEffect[] = [];
  readonly asked: { readonly peer: PeerName; readonly at: number }[] = [];
  now = 5_000_000;
  #lastId = 0;
  #timer = Number.MAX_SAFE_INTEGER;
  readonly #answers = new Map<PeerName, () => Answer>();

  constructor(options: Partial<JoinOptions> = {}) {
    this.join = new GenesisJoin({
      ...{ wire, book: this.book, chainName: "KratOs", protocolVersion: 1, pin: undefined, acceptFewer: false },
      nextId: () => {
        this.#lastId++;
        return this.#lastId;
      },
      ...options,
    });
    this.step({ kind: "start" });
  }

  connect(peer: PeerName, answer: () => Answer): this {
    this.#answers.set(peer, answer);
    this.step({ kind: "connected", peer });
    return this;
  }

  step(event: Parameters<GenesisJoin["step"]>[1]): void {
    const effects = this.join.step(this.#now, event);
    this.effects.push(...effects);
    for (const effect of effects) {
      if (effect.kind === "setTimer") this.#timer = effect.at;
      if (effect.kind === "ban" || effect.kind === "disconnect") this.step({ kind: "disconnected", peer: effect.peer });
      if (effect.kind !== "request") continue;
      this.asked.push({ peer: effect.peer, at: this.now });
      const answer = this.#answers.get(effect.peer)!();
      const isRaw = typeof answer === "string" || answer instanceof Uint8Array;
      const { id, peer } = effect;
      this.step({ kind: "answer", id, peer, answer: isRaw ? answer : wire.encodeResponse(answer) });
    }
  }

  wait(forMs: number): this {
    const end = this.now + forMs;
    while (this.#timer <= end) {
      this.now = this.#timer;
      this.#timer = Number.MAX_SAFE_INTEGER;
      this.step({ kind: "timer" });
    }
    this.now = end;
    return this;
  }

  /** The genesis that was joined, the failure, or `waiting`. */
  get result(): string {
    for (const effect of this.effects) {
      if (effect.kind === "joined") return effect.genesis.hash;
      if (effect.kind === "failed") return effect.code;
    }
    return "waiting";
  }

  /** Why a peer was sent away. */
  ended(peer: PeerName): string {
    const last = this.effects.findLast(
      (effect) => (effect.kind === "ban" || effect.kind === "disconnect") && effect.peer === peer,
    );
    return last !== undefined && "reason" in last ? last.reason : "";
  }

  get #now(): Millis {
    return millis(this.now);
  }
}

const good = () => giving(real);

test("I45: three peers that agree give the genesis, with its block and state root", () => {
  const node = new Joining().connect("a", good).connect("b", good);
  assert.equal(node.wait(5_000).result, "waiting");
  node.connect("c", good);
  const [joined] = node.effects.filter((effect) => effect.kind === "joined");
  assert.equal(joined?.genesis.hash, real.genesisHash);
  assert.equal(joined?.genesis.header.stateRoot, real.genesisBlock.header.stateRoot);
  assert.deepEqual(node.effects.at(-1), joined);
  assert.deepEqual(node.join.step(millis(node.now), { kind: "timer" }), []);
});

test("one peer is enough for a pinned genesis, and who differs from the pin is banned", () => {
  const node = new Joining({ pin: real.genesisHash }).connect("a", () => giving(other));
  assert.equal(node.book.isBanned(millis(node.now), "a"), true);
  assert.equal(node.ended("a"), "GENESIS_NOT_PINNED");
  assert.equal(node.result, "waiting");
  assert.equal(node.connect("b", good).result, real.genesisHash);
});

test("I45: peers that disagree stop the start, whoever lies", () => {
  const node = new Joining().connect("a", good).connect("b", () => giving(other));
  assert.equal(node.result, "GENESIS_DISAGREEMENT");
  const failed = node.effects.find((effect) => effect.kind === "failed")!;
  for (const { genesisHash } of [real, other]) assert.ok(failed.message.includes(genesisHash));
  assert.ok(failed.hint.includes("--genesis-hash"));
});

test("fewer than three peers are not enough, unless the operator accepts them", () => {
  assert.equal(new Joining().connect("a", good).connect("b", good).wait(30_000).result, "GENESIS_TOO_FEW_PEERS");
  const accepting = new Joining({ acceptFewer: true }).connect("a", good);
  assert.equal(accepting.wait(4_000).result, "waiting");
  accepting.connect("b", good);
  assert.equal(accepting.wait(4_000).result, "waiting");
  assert.equal(accepting.wait(2_000).result, real.genesisHash);
  const liar = new Joining({ acceptFewer: true }).connect("a", good).connect("b", () => giving(other));
  assert.equal(liar.result, "GENESIS_DISAGREEMENT");
});

test("after 30 seconds a node says why it did not join", () => {
  assert.equal(new Joining().wait(29_000).result, "waiting");
  assert.equal(new Joining().wait(30_000).result, "GENESIS_NO_PEERS");
  assert.equal(new Joining().connect("a", () => "refused").wait(30_000).result, "GENESIS_NO_ANSWER");
  const elsewhere = { ...other, chainName: "Other", record: { ...other.record, chainName: "Other" } };
  assert.equal(new Joining().connect("a", () => giving(elsewhere)).wait(30_000).result, "GENESIS_OTHER_CHAINS");
});

test("peers without a genesis are asked again at each new connection, four times at most", () => {
  let isReady = false;
  const node = new Joining({ pin: real.genesisHash }).connect("a", () => (isReady ? good() : "refused"));
  node.now += 6_000;
  node.connect("b", () => "refused");
  assert.deepEqual(
    node.asked.map(({ peer }) => peer),
    ["a", "a", "b"],
  );
  isReady = true;
  assert.equal(node.wait(6_000).result, real.genesisHash);
  const never = new Joining().connect("a", () => "refused").wait(30_000);
  assert.deepEqual(
    never.asked.map(({ at }) => at - 5_000_000),
    [0, 5_000, 10_000, 15_000],
  );
});

/** Answers that cannot be true, and what becomes of who gives them. */
const lies: readonly (readonly [string, GenesisAnswer, "ban" | "disconnect"])[] = [
  ["a hash that is not the block's", { ...real, genesisHash: other.genesisHash }, "ban"],
  ["the block of another record", { ...real, record: other.record }, "ban"],
  [
    "a state root that the record does not make",
    changed({ stateRoot: other.genesisBlock.header.stateRoot }, recordOf(1_000)),
    "ban",
  ],
  ["a timestamp that the record does not have", changed({ timestamp: seconds(7) }, recordOf(1_000)), "ban"],
  ["a first block that is not number 0", changed({ number: height(1) }, recordOf(1_000)), "ban"],
  [
    "a signature on the first block",
    {
      ...real,
      genesisBlock: {
        ...real.genesisBlock,
        header: { ...real.genesisBlock.header, signature: new Uint8Array(64).fill(1) },
      },
    },
    "ban",
  ],
  [
    "a record that gives away more than there is",
    { ...real, record: { ...real.record, balances: [{ account: person(1).account, amount: krat12(2n ** 127n) }] } },
    "ban",
  ],
  [
    "balances beyond 128 bits",
    {
      ...real,
      record: {
        ...real.record,
        balances: [1, 2].map(() => ({ account: person(1).account, amount: krat12(2n ** 128n - 1n) })),
      },
    },
    "ban",
  ],
  [
    "a record with an unknown parameter",
    { ...real, record: { ...real.record, overrides: [{ name: "x", value: 1n }] } },
    "ban",
  ],
  ["a record of another name", { ...real, record: { ...real.record, chainName: "Other" } }, "ban"],
  ["another chain", { ...real, chainName: "Other" }, "disconnect"],
  ["another protocol version", { ...real, protocolVersion: 2 }, "disconnect"],
];

/** An answer whose block says something else, with the hash of that block. */
function changed(header: Partial<GenesisAnswer["genesisBlock"]["header"]>, record: GenesisRecord): GenesisAnswer {
  const block = { header: { ...real.genesisBlock.header, ...header }, transactions: [] };
  return { ...real, genesisHash: blockHash(block.header), genesisBlock: block, record };
}

for (const [name, lie, ends] of lies) {
  test(`I45: a genesis liar is found out: ${name}`, () => {
    const node = new Joining({ acceptFewer: true }).connect("liar", () => giving(lie));
    assert.equal(node.book.isBanned(millis(node.now), "liar"), ends === "ban");
    assert.equal(node.book.isConnected("liar"), false);
    const code = ends === "ban" ? "WIRE_OTHER_GENESIS" : /^GENESIS_(OTHER_CHAIN|VERSION)$/;
    assert.match(node.ended("liar"), new RegExp(code));
    assert.equal(node.wait(29_000).result, "waiting");
    node.connect("a", good).connect("b", good).connect("c", good);
    assert.equal(node.result, real.genesisHash);
  });
}

test("bytes that are no answer cost their sender, and silence does too", () => {
  const node = new Joining().connect("a", () => Uint8Array.of(1, 2)).connect("b", () => "timeout");
  assert.equal(node.book.score(millis(node.now), "a"), 50);
  assert.equal(node.book.score(millis(node.now), "b"), 80);
});

test("I45: whatever the peers give, a node joins only what three of them gave and none denied", () => {
  const kinds: readonly (() => Answer)[] = [
    good,
    good,
    () => giving(other),
    () => "refused",
    () => "timeout",
    () => giving({ ...real, genesisHash: other.genesisHash }),
    () => ({ kind: "notFound" }),
  ];
  fc.assert(
    fc.property(fc.array(fc.nat(kinds.length - 1), { maxLength: 7 }), (chosen) => {
      const node = new Joining();
      for (const [i, kind] of chosen.entries()) node.connect(`peer ${i}`, kinds[kind]!);
      node.wait(40_000);
      const checked: Digest[] = [];
      for (const kind of chosen) {
        if (kind <= 2) checked.push(kind === 2 ? other.genesisHash : real.genesisHash);
        if (checked.length >= 3 || new Set(checked).size > 1) break;
      }
      if (new Set(checked).size > 1) assert.equal(node.result, "GENESIS_DISAGREEMENT");
      else if (checked.length === 3) assert.equal(node.result, checked[0]);
      else assert.ok(node.result.startsWith("GENESIS_"));
    }),
    { numRuns: 40 },
  );
});

test("a node without a genesis does not answer for one; its status says that it is joining", () => {
  const node = new Joining();
  const ask = (request: Parameters<Wire["encodeRequest"]>[0], protocol: "req" | "genesis") => {
    const bytes = wire.encodeRequest(request);
    return node.join.step(millis(node.now), { kind: "request", id: 9, peer: "a", protocol, bytes })[0];
  };
  assert.deepEqual(ask({ kind: "genesis", protocolVersion: 1 }, "genesis"), { kind: "refuse", id: 9 });
  assert.deepEqual(ask({ kind: "genesis", protocolVersion: 1 }, "req"), { kind: "refuse", id: 9 });
  assert.deepEqual(ask({ kind: "blockByNumber", number: height(0) }, "req"), { kind: "refuse", id: 9 });
  const zero = "00".repeat(32) as Digest;
  const status = {
    ...{ bestBlock: height(0), bestHash: zero, genesisHash: zero, finalizedNumber: height(0), finalizedHash: zero },
    ...{ protocolVersion: 1, unixTimeMs: millis(node.now) },
  };
  const answer = ask({ kind: "status", status }, "req");
  assert.ok(answer?.kind === "respond");
  const decoded = wire.decodeResponse({ kind: "status", status }, answer.bytes);
  assert.deepEqual(decoded, { ok: true, value: { kind: "status", status, peerCount: 0 } });
  const gossip = { kind: "gossip", id: 4, topic: "blocks", from: "a", bytes: new Uint8Array() } as const;
  assert.deepEqual(node.join.step(millis(node.now), gossip)[0], { kind: "verdict", id: 4, verdict: "ignore" });
});

test("the name of the chain is compared without regard to case; a clock that goes back begins the wait anew", () => {
  const node = new Joining({ chainName: "kratos", pin: real.genesisHash });
  assert.equal(node.connect("a", good).result, real.genesisHash);
  const late = new Joining();
  late.wait(20_000);
  late.now -= 25_000;
  late.step({ kind: "timer" });
  assert.equal(late.wait(29_000).result, "waiting");
  assert.equal(late.wait(1_000).result, "GENESIS_NO_PEERS");
});
