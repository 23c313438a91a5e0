import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "../config/loadConfig.ts";
import { withSeeds } from "./dnsSeeds.ts";

const key = (byte: string) => byte.repeat(32);
const peer = (byte: string) => `${key(byte)}@10.0.0.7:9000`;
const bootnode = peer("aa");

async function seeded(names: readonly string[], zone: Readonly<Record<string, readonly (readonly string[])[]>>) {
  const warnings: string[] = [];
  const config = loadConfig({
    document: { storage: { path: "/tmp/x" }, p2p: { dns_seeds: names, bootnodes: [bootnode] } },
  });
  const logger = { log: (level: string, message: string) => void (level === "warn" && warnings.push(message)) };
  const lookUp = async (name: string) => zone[name] ?? Promise.reject(new Error("ENOTFOUND"));
  const { bootnodes } = (await withSeeds(config, logger, lookUp)).p2p;
  return { bootnodes, warnings };
}

test("N13: names give further peers with pinned keys, once each, in pieces or whole", async () => {
  const zone = {
    "a.example": [[`kairos-peer=${key("bb")}`, "@10.0.0.7:9000"], ["v=spf1 -all"], [`kairos-peer=${bootnode}`]],
    "b.example": [[`kairos-peer=${peer("cc")}`], [`kairos-peer=${peer("bb")}`]],
  };
  const { bootnodes, warnings } = await seeded(["a.example", "b.example"], zone);
  assert.deepEqual([bootnodes, warnings], [[bootnode, peer("bb"), peer("cc")], []]);
  assert.deepEqual((await seeded([], zone)).bootnodes, [bootnode]);
});

test("what cannot be looked up or read is left out, and many peers are cut", async () => {
  const many = Array.from({ length: 200 }, (_, i) => [`kairos-peer=${key("dd")}@10.0.0.7:${i + 1}`]);
  const zone = { "bad.example": [["kairos-peer=nobody@host"], ["kairos-peer="]], "many.example": many };
  const { bootnodes, warnings } = await seeded(["none.example", "bad.example"], zone);
  assert.deepEqual([bootnodes, warnings.length], [[bootnode], 1]);
  assert.equal((await seeded(["many.example"], zone)).bootnodes.length, 65);
});
