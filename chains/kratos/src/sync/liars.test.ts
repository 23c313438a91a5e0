import assert from "node:assert/strict";
import { test } from "node:test";
import { height, millis, seconds, slot } from "@polis/codec";
import { epochOf } from "@polis/slots";
import { signHeader } from "../block/header.ts";
import { straight } from "../testing/blockTree.ts";
import { person } from "../testing/people.ts";
import { type Behaviour, SyncWorld, statusOf, treeWith } from "../testing/syncWorld.ts";

const chain = straight(60);
const honest = treeWith(chain, chain.blocks);
const { rules } = chain.chain;
const HEIGHT = 5_000;

/** A header of a height that nobody reached, signed by a stranger or by a validator. */
function forged(number: number, author = person(40)) {
  const at = slot(number + 10);
  const unsigned = {
    ...honest.head.header,
    ...{ number: height(number), slot: at, epoch: epochOf(rules.clock, at), author: author.account },
    timestamp: seconds(rules.clock.genesis + at * rules.clock.slotSeconds),
  };
  return signHeader(rules.chainIdentity, unsigned, author.secret);
}

const claiming =
  (number: number, rest: Behaviour): Behaviour =>
  (request, answer) => {
    const status = { ...statusOf(honest, millis(0)), bestBlock: height(number) };
    return request.kind === "status" ? { kind: "status", status, peerCount: 9 } : rest(request, answer);
  };

const notFound = { kind: "notFound" } as const;
const tampered = chain.blocks.map((block, i) =>
  i === 20 ? { ...block, header: { ...block.header, stateRoot: block.header.parentHash } } : block,
);

/** Each lies in its own way; `ends` is what becomes of it, and `code` what is charged to it. */
const liars: readonly {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly ends: "ban" | "disconnect" | "ignored";
  /** Undefined for one that was only not believed. */
  readonly code?: string;
}[] = [
  {
    name: "claims a height and shows no header of it",
    behaviour: claiming(HEIGHT, (request, answer) => (request.kind === "headerByNumber" ? notFound : answer())),
    ends: "ignored",
  },
  {
    name: "claims an absurd height with the header of another block",
    behaviour: claiming(2 ** 50, (request, answer) =>
      request.kind === "headerByNumber" ? { kind: "header", header: honest.head.header } : answer(),
    ),
    ends: "ignored",
    code: "WIRE_OTHER_BLOCKS",
  },
  {
    name: "forges the header of the height that it claims",
    behaviour: claiming(HEIGHT, (request, answer) => {
      const header = { ...forged(HEIGHT), signature: new Uint8Array(64) };
      return request.kind === "headerByNumber" ? { kind: "header", header } : answer();
    }),
    ends: "ban",
    code: "InvalidSignature",
  },
  {
    name: "claims more blocks than slots have passed",
    behaviour: claiming(HEIGHT, (request, answer) => {
      const author = person(0);
      const unsigned = { ...forged(HEIGHT, author), ...{ slot: slot(7), epoch: epochOf(rules.clock, slot(7)) } };
      const timed = { ...unsigned, timestamp: seconds(rules.clock.genesis + 7 * rules.clock.slotSeconds) };
      const header = signHeader(rules.chainIdentity, timed, author.secret);
      return request.kind === "headerByNumber" ? { kind: "header", header } : answer();
    }),
    ends: "ban",
    code: "InvalidSlot",
  },
  {
    name: "signs a high header as a stranger and has no blocks",
    behaviour: claiming(HEIGHT, (request, answer) => {
      if (request.kind === "headerByNumber") return { kind: "header", header: forged(HEIGHT) };
      return request.kind === "sync"
        ? { kind: "sync", blocks: [], hasMore: true, bestHeight: height(HEIGHT) }
        : answer();
    }),
    ends: "ignored",
    code: "withheld",
  },
  {
    name: "promises more without an end",
    behaviour: claiming(HEIGHT, (request, answer) => {
      if (request.kind === "headerByNumber") return { kind: "header", header: forged(HEIGHT, person(0)) };
      const given = answer();
      return given.kind === "sync" ? { ...given, hasMore: true } : given;
    }),
    ends: "ignored",
    code: "withheld",
  },
  {
    name: "proves a height and never answers",
    behaviour: claiming(HEIGHT, (request, answer) => {
      if (request.kind === "headerByNumber") return { kind: "header", header: forged(HEIGHT, person(0)) };
      return request.kind === "sync" ? "timeout" : answer();
    }),
    ends: "ignored",
    code: "timeout",
  },
  {
    name: "sends a block with another state root than the author signed",
    behaviour: (request, answer) => {
      const given = answer();
      if (given.kind !== "sync" || request.kind !== "sync") return given;
      return { ...given, blocks: tampered.slice(request.fromBlock - 1, request.fromBlock + 20) };
    },
    ends: "ban",
    code: "InvalidSignature",
  },
  {
    name: "sends other blocks than those asked for",
    behaviour: (_, answer) => {
      const given = answer();
      return given.kind === "sync" ? { ...given, blocks: given.blocks.slice(1) } : given;
    },
    ends: "ignored",
    code: "WIRE_OTHER_BLOCKS",
  },
  {
    name: "sends bytes that are no answer",
    behaviour: (request, answer) => (request.kind === "sync" ? new Uint8Array(1_000).fill(255) : answer()),
    ends: "ignored",
    code: "KCE_TAG",
  },
  {
    name: "sends more than an answer may have",
    behaviour: (request, answer) => (request.kind === "sync" ? "tooLarge" : answer()),
    ends: "ignored",
    code: "WIRE_TOO_LARGE",
  },
  {
    name: "answers every question with the wrong kind",
    behaviour: (request, answer) => (request.kind === "status" ? answer() : { kind: "votes", votes: [] }),
    ends: "ignored",
    code: "WIRE_OTHER_ANSWER",
  },
];

for (const { name, behaviour, ends, code } of liars) {
  test(`S13: a node ends at the honest head beside a peer that ${name}`, () => {
    const world = new SyncWorld(chain.chain);
    world.connect("a liar", honest, behaviour);
    world.connect("z honest", honest);
    assert.ok(world.until(() => world.tree.head.hash === honest.head.hash, 120_000));
    assert.ok(
      world.until(() => world.sync.gap === 0, 200_000),
      "the liar no longer holds the node back",
    );
    assert.equal(world.book.isBanned(millis(world.now), "a liar"), ends === "ban", world.punished.join());
    assert.deepEqual(world.charged("a liar"), code === undefined ? [] : [code]);
    assert.ok(world.book.isConnected("z honest"));
    assert.ok(world.book.score(millis(world.now), "z honest") >= 100);
  });
}

test("an invalid block costs the ban of 3.5, and its rule is named", () => {
  const world = new SyncWorld(chain.chain);
  world.connect("a", honest, (request, answer) => {
    const given = answer();
    return given.kind === "sync" && request.kind === "sync" ? { ...given, blocks: tampered.slice(0, 21) } : given;
  });
  world.until(() => world.punished.length > 0, 10_000);
  assert.deepEqual(world.punished, ["a ban InvalidSignature"]);
  assert.equal(world.tree.head.header.number, 20);
});
