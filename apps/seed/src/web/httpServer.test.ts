import assert from "node:assert/strict";
import { after, test } from "node:test";
import { digest, seconds } from "@polis/codec";
import { acceptPeerList, readPeerListJson } from "@polis/kratos";
import { genesisHash, startSeedWorld } from "../testing/seedWorld.ts";

const bootnode = "/ip4/127.0.0.1/tcp/9/p2p/12D3KooWLr46xZqT6MPbPH6CPqYcdcGhwj9PuNPuWC6CZBsLrD2G";
const world = await startSeedWorld({ fallbackBootnodes: [bootnode] });
after(() => world.close());
const { service, ports } = world.seed;
const get = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${ports.http}${path}`, init);
const json = async (path: string) => (await get(path)).json() as Promise<Record<string, unknown>>;

for (const node of [1, 2, 3]) await world.beat(node);

test("I46: the list under both of its names is what a client accepts", async () => {
  service.renewList();
  const expected = service.list().list.peers.length + 1;
  for (const path of ["/idpeers.json", "/IDpeers.json"]) {
    const read = readPeerListJson(await json(path));
    assert.ok(read.ok);
    const trust = { seedKeys: [service.dnsSeedId], genesisHash };
    const accepted = acceptPeerList(read.value, trust, seconds(world.clock));
    assert.ok(accepted.ok);
    assert.equal(accepted.value.length, expected);
    assert.equal(accepted.value.at(-1), bootnode);
  }
  assert.equal(service.counters.listDownloads, 2);
});

test("a list shows new peers when it is made again", async () => {
  await world.beat(4);
  const size = async () => ((await json("/idpeers.json")).peers as unknown[]).length;
  assert.equal(await size(), 3);
  service.renewList();
  assert.equal(await size(), 4);
});

test("peers, their number, the state and the status", async () => {
  const { count, peers } = await json("/peers");
  assert.equal(count, 4);
  assert.equal((peers as unknown[]).length, 4);
  assert.deepEqual(await json("/peers/count"), { active_peers: 4 });
  const state = await json("/state");
  assert.deepEqual(state, await json("/network"));
  assert.equal(state.genesis_hash, `0x${genesisHash}`);
  assert.equal(state.best_height, 42);
  assert.equal(state.active_validators, 4);
  assert.equal(state.security_state, null);
  const status = await json("/status");
  assert.equal(status.version, "0.1.0");
  assert.equal(status.dns_seed_id, `0x${service.dnsSeedId}`);
  assert.equal(status.heartbeats_accepted_total, 4);
  assert.equal(await (await get("/health")).text(), "OK");
});

test("metrics as text and as JSON say the same", async () => {
  world.clock += 5;
  const response = await get("/metrics");
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const numbers = Object.fromEntries(
    text.split("\n").flatMap((line) => {
      const match = /^kratos_dns_seed_([a-z_]+) ([0-9]+)$/.exec(line);
      return match === null ? [] : [[match[1]!, Number(match[2])]];
    }),
  );
  assert.deepEqual(numbers, await json("/metrics/json"));
  assert.equal(numbers.heartbeats_total, 4);
  assert.equal(numbers.active_peers, 4);
  assert.equal(numbers.uptime_seconds, 5);
  for (const name of Object.keys(numbers))
    assert.match(text, new RegExp(`^# TYPE kratos_dns_seed_${name} (counter|gauge)$`, "m"));
  assert.equal(Object.keys(numbers).length, 11, "every metric of kratos-core 12.7");
});

test("other paths, methods and bodies", async () => {
  for (const path of ["/", "/idpeers", "/constructor", "/../etc/passwd", "/__proto__"]) {
    assert.equal((await get(path)).status, 404, path);
  }
  assert.equal((await get("/health", { method: "POST", body: "x".repeat(100_000) })).status, 405);
  const head = await get("/health", { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
});

test("who asks too often is told so", async () => {
  const statuses = new Set<number>();
  for (let i = 0; i < 130; i++) statuses.add((await get("/health")).status);
  assert.deepEqual(statuses, new Set([200, 429]));
});

test("stale peers leave the list and the state", async () => {
  world.clock += 600;
  service.tick();
  assert.equal(service.renewList().list.peers.length, 0);
  assert.equal(service.state().activePeers, 0);
  assert.equal(digest(service.state().genesisHash), genesisHash);
});
