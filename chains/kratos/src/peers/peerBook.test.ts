import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, decodeKce, encodeKce, millis } from "@polis/codec";
import fc from "fast-check";
import type { ImportOutcome } from "../chain/types.ts";
import { nodeTables } from "../node/tables.ts";
import { MemoryStore } from "../testing/memoryStore.ts";
import { kceBan, MAX_BANS } from "./bans.ts";
import { PeerBook, type PeerEffect } from "./peerBook.ts";

const at = (ms: number) => millis(1_000_000_000 + ms);
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const hash = "ab".repeat(32) as Digest;

function newBook(store = new MemoryStore()): PeerBook {
  const book = new PeerBook(store);
  book.connected(at(0), "a");
  return book;
}

/** Carries out what has to be remembered. */
function remember(store: MemoryStore, effects: readonly PeerEffect[]): void {
  for (const effect of effects) if (effect.kind === "remember") void store.commit(effect.rows);
}

const kindsOf = (effects: readonly PeerEffect[]) => effects.map(({ kind }) => kind);

test("the points of every row of 12.9", () => {
  const rows = [
    ["validBlock", 105],
    ["newTransaction", 101],
    ["duplicateBlock", 100],
    ["outOfOrderBlock", 100],
    ["numberMismatch", 100],
    ["invalidTransaction", 90],
    ["invalidVote", 90],
    ["timeout", 80],
    ["withheld", 80],
    ["invalidBlock", 50],
    ["stateRootMismatch", 50],
    ["malformed", 50],
  ] as const;
  for (const [deed, expected] of rows) {
    const book = newBook();
    book.charge(at(0), "a", deed);
    assert.equal(book.score(at(0), "a"), expected, deed);
  }
});

test("a score drifts towards 100 by one a minute, from both sides, and is 200 at most", () => {
  const book = newBook();
  for (let i = 0; i < 50; i++) book.charge(at(0), "a", "validBlock");
  assert.equal(book.score(at(0), "a"), 200);
  assert.equal(book.score(at(10 * MINUTE), "a"), 190);
  assert.equal(book.score(at(500 * MINUTE), "a"), 100);
  book.charge(at(500 * MINUTE), "a", "invalidBlock");
  assert.equal(book.score(at(510 * MINUTE + 59_999), "a"), 60);
  assert.equal(book.score(at(600 * MINUTE), "a"), 100);
});

test("below -100 a peer is disconnected, and again when it comes back too early", () => {
  const book = newBook();
  for (let i = 0; i < 4; i++) assert.deepEqual(kindsOf(book.charge(at(0), "a", "invalidBlock")), ["report"]);
  assert.equal(book.score(at(0), "a"), -100);
  assert.deepEqual(kindsOf(book.charge(at(0), "a", "invalidTransaction")), ["report", "disconnect"]);
  book.disconnected(at(0), "a");
  assert.deepEqual(kindsOf(book.connected(at(1_000), "a")), ["disconnect"]);
  book.disconnected(at(1_000), "a");
  assert.deepEqual(book.connected(at(10 * MINUTE), "a"), []);
  assert.equal(book.score(at(10 * MINUTE), "a"), -100);
});

test("a peer that was away for an hour is forgotten", () => {
  const book = newBook();
  book.charge(at(0), "a", "invalidBlock");
  book.disconnected(at(0), "a");
  assert.equal(book.score(at(HOUR), "a"), 100 - 50 + 50);
  book.charge(at(HOUR), "a", "invalidBlock");
  book.connected(at(2 * HOUR + 1), "a");
  assert.equal(book.score(at(2 * HOUR + 1), "a"), 100);
});

test("a ban lasts 24 hours and survives a restart", () => {
  const store = new MemoryStore();
  const book = newBook(store);
  const effects = book.chargeFault(at(0), "a", { code: "InvalidSignature", ban: true });
  assert.deepEqual(kindsOf(effects), ["report", "ban", "remember"]);
  assert.deepEqual(effects[1], { kind: "ban", peer: "a", until: at(DAY), reason: "InvalidSignature" });
  assert.equal(book.isConnected("a"), false);
  remember(store, effects);
  const after = new PeerBook(store);
  assert.deepEqual(after.bans(), [{ peer: "a", until: at(DAY), reason: "InvalidSignature" }]);
  assert.deepEqual(kindsOf(after.connected(at(DAY - 1), "a")), ["ban"]);
  assert.equal(after.isConnected("a"), false);
  assert.deepEqual(after.connected(at(DAY), "a"), []);
  assert.equal(after.isConnected("a"), true);
});

test("what each rule of 3.5 costs", () => {
  const rows = [
    [{ code: "WrongSlotAuthor", ban: true }, "ban"],
    [{ code: "InvalidParentHash", ban: true }, "ban"],
    [{ code: "InvalidTransactionsRoot", ban: true }, "ban"],
    [{ code: "StateRootMismatch", ban: false }, 50],
    [{ code: "BlockNumberMismatch", ban: false }, 100],
    [{ code: "SomethingElse", ban: false }, 50],
  ] as const;
  for (const [fault, expected] of rows) {
    const book = newBook();
    book.chargeFault(at(0), "a", fault);
    if (expected === "ban") assert.ok(book.isBanned(at(0), "a"), fault.code);
    else assert.equal(book.score(at(0), "a"), expected, fault.code);
  }
});

test("three state roots that do not match within an hour disconnect, and never ban", () => {
  const fault = { code: "StateRootMismatch", ban: false };
  const book = newBook();
  assert.deepEqual(kindsOf(book.chargeFault(at(0), "a", fault)), ["report"]);
  assert.deepEqual(kindsOf(book.chargeFault(at(HOUR - 2), "a", fault)), ["report"]);
  assert.deepEqual(kindsOf(book.chargeFault(at(HOUR - 1), "a", fault)), ["report", "disconnect"]);
  const slow = newBook();
  for (const time of [0, HOUR, 2 * HOUR]) {
    assert.deepEqual(kindsOf(slow.chargeFault(at(time), "a", fault)), ["report"]);
  }
});

test("I43: no outcome but a fault costs anything", () => {
  const block = { number: 1 as never, hash };
  const harmless: readonly ImportOutcome[] = [
    { kind: "known" },
    { kind: "stale" },
    { kind: "buffered", missing: hash },
    { kind: "tooFar" },
    { kind: "future" },
    { kind: "imported", block },
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...harmless), { maxLength: 50 }), (outcomes) => {
      const book = newBook();
      const effects = outcomes.flatMap((outcome) => book.chargeOutcome(at(0), "a", outcome));
      assert.deepEqual(effects, []);
      assert.ok(book.score(at(0), "a") >= 100);
    }),
  );
});

test("five genesis requests a minute are answered, one for votes a second; a flood is a ban of an hour", () => {
  const book = newBook();
  for (let i = 0; i < 5; i++) assert.equal(book.allows(at(i), "a", "genesis").allowed, true);
  for (let i = 5; i < 29; i++) assert.deepEqual(book.allows(at(i), "a", "genesis"), { allowed: false, effects: [] });
  const last = book.allows(at(29), "a", "genesis");
  assert.deepEqual(kindsOf(last.effects), ["report", "ban", "remember"]);
  assert.equal(book.isBanned(at(29 + HOUR - 1), "a"), true);
  assert.equal(book.isBanned(at(29 + HOUR), "a"), false);

  const votes = newBook();
  const allowed = [0, 999, 1_000, 2_000].map((ms) => votes.allows(at(ms), "a", "votes").allowed);
  assert.deepEqual(allowed, [true, false, true, true]);
  const flood = newBook();
  const kinds = Array.from({ length: 15 }, (_, i) => flood.allows(at(i), "a", "votes")).map(
    ({ effects }) => effects.length,
  );
  assert.deepEqual(kinds, [...Array.from({ length: 14 }, () => 0), 3]);
});

test("however many requests come, no more are answered than the rate allows", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { maxLength: 200 }), (pauses) => {
      const book = newBook();
      let ms = 0;
      const answered: number[] = [];
      for (const pause of pauses) {
        ms += pause;
        if (book.allows(at(ms), "a", "votes").allowed) answered.push(ms);
      }
      for (const [i, time] of answered.entries()) assert.ok(i === 0 || time - answered[i - 1]! >= 1_000);
    }),
  );
});

test("requests that delays bunch together are refused and cost nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2_000), { minLength: 300, maxLength: 300 }), (delays) => {
      const book = newBook();
      const arrivals = delays.map((delay, i) => i * 1_000 + delay).sort((a, b) => a - b);
      for (const ms of arrivals) assert.deepEqual(book.allows(at(ms), "a", "votes").effects, []);
    }),
    { numRuns: 20 },
  );
});

test("only connected peers have a proven height, and a disproved one counts no more", () => {
  const book = newBook();
  book.prove("a", 7);
  book.prove("stranger", 9);
  assert.deepEqual([book.provenHeight("a"), book.bestProven()], [7, 7]);
  book.disprove("a", 3);
  assert.equal(book.bestProven(), 3);
  book.disconnected(at(0), "a");
  assert.equal(book.bestProven(), 0);
});

test("peers, their average score, and no more than 1,024 of them", () => {
  const book = newBook();
  book.connected(at(0), "b");
  book.charge(at(0), "b", "timeout");
  assert.deepEqual(book.peers(), ["a", "b"]);
  assert.equal(book.averageScore(at(0)), 90);
  for (let i = 0; i < 3_000; i++) {
    book.connected(at(i), `peer ${i}`);
    book.disconnected(at(i), `peer ${i}`);
  }
  assert.deepEqual(book.peers(), ["a", "b"]);
  assert.equal(book.score(at(3_000), "b"), 80);
  assert.equal(new PeerBook(new MemoryStore()).averageScore(at(0)), 0);
});

test("bans are bounded: the one that ends first leaves, those that are over leave before it", () => {
  const store = new MemoryStore();
  const book = new PeerBook(store);
  for (let i = 0; i <= MAX_BANS; i++) remember(store, book.charge(at(i), `peer ${i}`, "otherGenesis"));
  assert.equal(book.bans().length, MAX_BANS);
  assert.equal(book.isBanned(at(MAX_BANS), "peer 0"), false);
  remember(store, book.charge(at(2 * DAY), "late", "otherGenesis"));
  assert.deepEqual(
    new PeerBook(store).bans().map(({ peer }) => peer),
    ["late"],
  );
});

test("a ban of the network itself is remembered as the others are, until its own end", () => {
  const store = new MemoryStore();
  const book = new PeerBook(store);
  remember(store, book.ban(at(0), "flood", at(5_000), "GOSSIP_RATE"));
  assert.deepEqual(book.ban(at(1), "flood", at(4_000), "BYTES_RATE"), [], "a longer one holds");
  const again = new PeerBook(store);
  assert.deepEqual(again.bans(), [{ peer: "flood", until: at(5_000), reason: "GOSSIP_RATE" }]);
  assert.deepEqual([again.isBanned(at(4_999), "flood"), again.isBanned(at(5_000), "flood")], [true, false]);
});

test("a shorter ban does not end a longer one", () => {
  const book = newBook();
  book.charge(at(0), "a", "otherGenesis");
  for (let i = 0; i < 40; i++) book.allows(at(1), "a", "genesis");
  assert.deepEqual(book.bans(), [{ peer: "a", until: at(DAY), reason: "otherGenesis" }]);
});

test("the stored form of a ban: round trip, refusals, frozen bytes", () => {
  const name = fc.string({ unit: "grapheme-ascii", maxLength: 60 });
  fc.assert(
    fc.property(name, fc.maxSafeNat(), name, (peer, until, reason) => {
      const ban = { peer, until: millis(until), reason };
      assert.deepEqual(decodeKce(kceBan, encodeKce(kceBan, ban), 300), { ok: true, value: ban });
    }),
  );
  const bytes = encodeKce(kceBan, { peer: "12D3", until: millis(5), reason: "x" });
  assert.equal(bytes.toHex(), "0400000000000000313244330500000000000000010000000000000078");
  const rejected = [
    ["a name that is no text", "0400000000000000ff3244330500000000000000010000000000000078", "KCE_TEXT"],
    [
      "a name that is too long",
      `8100000000000000${"31".repeat(129)}0500000000000000010000000000000078`,
      "KCE_TOO_LONG",
    ],
    ["a time beyond 2^53", "040000000000000031324433ffffffffffffffff010000000000000078", "KCE_INTEGER"],
    ["a reason cut short", "0400000000000000313244330500000000000000020000000000000078", "KCE_TOO_LONG"],
    ["bytes behind it", "040000000000000031324433050000000000000001000000000000007800", "KCE_TRAILING"],
  ] as const;
  for (const [what, hex, code] of rejected) {
    const decoded = decodeKce(kceBan, Uint8Array.fromHex(hex), 300);
    assert.equal(decoded.ok ? "accepted" : decoded.fault.code, code, what);
  }
  const damaged = new MemoryStore([[{ table: nodeTables.bans, key: Uint8Array.of(1), value: Uint8Array.of(1) }]]);
  assert.throws(() => new PeerBook(damaged), /damaged/);
});
