import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { AddressBook } from "./addressBook.ts";

const at = (port: number): Multiaddr => multiaddr(`/ip4/127.0.0.1/tcp/${port}`);

describe("address book", () => {
  it("waits twice as long after each failure, at most a minute", () => {
    const book = new AddressBook();
    book.add("a", "found", [at(1)], 0);
    let now = 0;
    const waits = [];
    for (let i = 0; i < 8; i++) {
      book.dialling("a");
      assert.equal(book.isDue("a", now), false, "a peer is dialled once at a time");
      book.failed("a", now);
      const from = now;
      while (!book.isDue("a", now)) now += 1_000;
      waits.push((now - from) / 1_000);
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
    book.dialling("a");
    book.reached("a", now);
    assert.equal(book.isDue("a", now + 1_000), true);
    book.failed("a", now);
    assert.equal(book.isDue("a", now + 59_000), false, "whoever hangs up at once is no better than nobody");
    book.lasted("a", now + 60_000);
    book.failed("a", now + 60_000);
    assert.equal(book.isDue("a", now + 61_000), true);
  });

  it("forgets what was not seen for an hour, except seeds and connected peers", () => {
    const book = new AddressBook();
    book.add("seed", "seed", [at(1)], 0);
    book.add("there", "found", [at(2)], 0);
    book.add("gone", "mdns", [at(3)], 0);
    book.forget(new Set(["there"]), 3_600_001);
    assert.deepEqual(
      book.due(3_600_001).map(({ peer }) => peer),
      ["seed", "there"],
    );
  });

  it("keeps 1,000 peers of 8 addresses and drops the worst", () => {
    const book = new AddressBook();
    for (let i = 0; i < 1_000; i++) book.add(`p${i}`, "found", [at(1)], i + 1);
    book.dialling("p500");
    book.failed("p500", 1_000);
    book.add("new", "found", [at(1)], 2_000);
    const kept = new Set(book.due(100_000).map(({ peer }) => peer));
    assert.equal(kept.size, 1_000);
    assert.equal(kept.has("p500"), false, "it failed");
    assert.equal(kept.has("new"), true);
    for (let port = 1; port <= 20; port++) book.add("new", "found", [at(port)], 2_000);
    assert.deepEqual(
      book.addressesOf("new").map(String),
      [13, 14, 15, 16, 17, 18, 19, 20].map((port) => String(at(port))),
    );
  });

  it("takes no more peers when all are seeds, and a seed stays a seed", () => {
    const book = new AddressBook();
    for (let i = 0; i < 1_000; i++) book.add(`s${i}`, "seed", [at(1)], 0);
    book.add("found", "found", [at(1)], 0);
    assert.equal(book.sourceOf("found"), undefined);
    book.add("s1", "found", [at(2)], 0);
    assert.equal(book.sourceOf("s1"), "seed");
    assert.equal(book.addressesOf("s1").length, 2);
  });
});
