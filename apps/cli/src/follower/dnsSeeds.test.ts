import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { DnsSeeds } from "./dnsSeeds.ts";

const key = (byte: string) => byte.repeat(32);
const peer = (byte: string) => `${key(byte)}@10.0.0.7:9000`;
const bootnode = peer("aa");

type Zone = Record<string, readonly (readonly string[])[]>;

/** Names with answers from a zone, a clock that stands until `next`, and what was warned of. */
function seedsOf(dnsSeeds: readonly string[], zone: Zone) {
  const warnings: string[] = [];
  const due: { readonly ms: number; readonly run: () => void }[] = [];
  const seeds = new DnsSeeds({
    p2p: { dnsSeeds, bootnodes: [bootnode] },
    logger: { log: (level: string, message: string) => void (level === "warn" && warnings.push(message)) },
    lookUp: async (name) => zone[name] ?? Promise.reject(new Error("ENOTFOUND")),
    after: (ms, run) => {
      const one = { ms, run };
      due.push(one);
      return () => void due.splice(due.indexOf(one), 1);
    },
  });
  return { seeds, warnings, due };
}

test("N13: names give further peers with pinned keys, once each, in pieces or whole", async () => {
  const zone = {
    "a.example": [[`kairos-peer=${key("bb")}`, "@10.0.0.7:9000"], ["v=spf1 -all"], [`kairos-peer=${bootnode}`]],
    "b.example": [[`kairos-peer=${peer("cc")}`], [`kairos-peer=${peer("bb")}`]],
  };
  const { seeds, warnings } = seedsOf(["a.example", "b.example"], zone);
  assert.deepEqual([await seeds.ask(), warnings], [[bootnode, peer("bb"), peer("cc")], []]);
  assert.deepEqual(await seedsOf([], zone).seeds.ask(), [bootnode]);
});

test("what cannot be looked up or read is left out, and many names and peers are cut", async () => {
  const many = Array.from({ length: 200 }, (_, i) => [`kairos-peer=${key("dd")}@10.0.0.7:${i + 1}`]);
  const zone: Zone = { "bad.example": [["kairos-peer=nobody@host"], ["kairos-peer="]], "many.example": many };
  const { seeds, warnings } = seedsOf(["none.example", "bad.example"], zone);
  assert.deepEqual([await seeds.ask(), warnings.length], [[bootnode], 1]);
  assert.equal((await seedsOf(["many.example"], zone).seeds.ask()).length, 65);
  const names = Array.from({ length: 20 }, (_, i) => `${i}.example`);
  const crowd = seedsOf(names, {});
  await crowd.seeds.ask();
  assert.equal(crowd.warnings.length, 16);
});

test("N13: names are asked again every five minutes; one that does not answer keeps what it said", async () => {
  const zone: Zone = { "a.example": [[`kairos-peer=${peer("bb")}`]], "b.example": [[`kairos-peer=${peer("cc")}`]] };
  const { seeds, warnings, due } = seedsOf(["a.example", "b.example"], zone);
  await seeds.ask();
  const told: (readonly string[])[] = [];
  seeds.watch((peers) => told.push(peers));
  const next = async () => {
    const [{ ms, run }, ...others] = due.splice(0) as [(typeof due)[number]];
    assert.deepEqual([ms, others.length], [300_000, 0]);
    const before = told.length;
    run();
    while (told.length === before) await turn();
    return told.at(-1);
  };
  assert.deepEqual(await next(), [bootnode, peer("bb"), peer("cc")]);
  zone["a.example"] = [[`kairos-peer=${peer("dd")}`]];
  delete zone["b.example"];
  assert.deepEqual(await next(), [bootnode, peer("dd"), peer("cc")]);
  assert.equal(warnings.length, 1);
  zone["b.example"] = [];
  assert.deepEqual(await next(), [bootnode, peer("dd")]);
  seeds.stop();
  assert.equal(due.length, 0, "nothing is due after the end");
});

test("an answer that comes after the end is not told, and without names nothing is ever due", async () => {
  const { seeds, due } = seedsOf(["a.example"], { "a.example": [[`kairos-peer=${peer("bb")}`]] });
  const told: unknown[] = [];
  seeds.watch((peers) => told.push(peers));
  due[0]!.run();
  seeds.stop();
  await turn();
  assert.deepEqual([told, due.length], [[], 0]);
  const none = seedsOf([], {});
  none.seeds.watch(() => assert.fail());
  assert.equal(none.due.length, 0);
});
