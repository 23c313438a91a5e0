import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createP2p } from "./createP2p.ts";
import { P2pError } from "./errors.ts";
import { defaultP2pLimits } from "./limits.ts";
import { loadNetworkKey } from "./networkKey.ts";
import { PROTOCOL, publishUntil, startNode, type TestNode, TOPIC, until } from "./testing.ts";

describe("a network of three", () => {
  let a: TestNode;
  let b: TestNode;
  let c: TestNode;
  const small = { requestBytes: 100_000, responseBytes: 9_000_000, streamsPerPeer: 8 };
  before(async () => {
    a = await startNode({ limits: small });
    [b, c] = await Promise.all([
      startNode({ bootnodes: [a.address], limits: small }),
      startNode({ bootnodes: [a.address] }),
    ]);
    await until(
      "both know the bootnode",
      () => a.connected.length === 2 && b.connected.length > 0 && c.connected.length > 0,
    );
  });
  after(async () => {
    await Promise.all([a, b, c].map((node) => node?.p2p.close()));
  });

  it("meets by a bootnode, and by Kademlia beyond it", async () => {
    await until("everybody knows everybody", () => [a, b, c].every((node) => node.p2p.peers().length === 2));
    assert.deepEqual([...a.p2p.peers()].sort(), [b.p2p.id, c.p2p.id].sort());
    assert.match(b.p2p.addressOf(a.p2p.id) ?? "", /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\//);
    assert.equal(a.p2p.addressOf("nobody"), undefined);
    assert.deepEqual(new Set(a.connected).size, a.connected.length, "each peer is announced once");
  });

  it("carries gossip to all, and says who passed it on", async () => {
    await publishUntil(a, "warm", () => [b, c].every((node) => node.heard.some(({ text }) => text === "warm")));
    await a.p2p.publish(TOPIC, Buffer.from("once"));
    const hears = (node: TestNode): number => node.heard.filter(({ text }) => text === "once").length;
    await until("all hear", () => hears(b) === 1 && hears(c) === 1);
    const { from, topic } = b.heard.find(({ text }) => text === "once")!;
    assert.ok([a.p2p.id, c.p2p.id].includes(from));
    assert.equal(topic, TOPIC);
    await a.p2p.publish(TOPIC, Buffer.from("once"));
    await until("the same bytes are heard again when they are published again", () => hears(b) === 2 && hears(c) === 2);
    assert.equal(a.heard.filter(({ text }) => text === "once").length, 0, "nobody hears itself");
  });

  it("answers requests, small and as large as allowed", async () => {
    const answer = await b.p2p.request(PROTOCOL, a.p2p.id, Buffer.from("ping"));
    assert.equal(Buffer.from(answer as Uint8Array).toString(), "ping");
    assert.deepEqual(a.asked.at(-1)!.peer, b.p2p.id);
    assert.deepEqual(await b.p2p.request(PROTOCOL, a.p2p.id, new Uint8Array(0)), new Uint8Array(0));
    const large = new Uint8Array(randomBytes(8_500_000));
    a.answer = async () => large;
    const got = await b.p2p.request(PROTOCOL, a.p2p.id, new Uint8Array(100_000));
    assert.ok(got instanceof Uint8Array && Buffer.compare(got, large) === 0);
  });

  it("says why a request has no answer", async () => {
    const ask = (bytes = 1): Promise<unknown> => b.p2p.request(PROTOCOL, a.p2p.id, new Uint8Array(bytes));
    a.answer = async () => undefined;
    assert.equal(await ask(), "refused");
    a.answer = async () => Promise.reject(new Error("the handler failed"));
    assert.equal(await ask(), "refused");
    a.answer = async () => new Uint8Array(9_000_001);
    assert.equal(await ask(), "refused");
    assert.equal(await ask(100_001), "tooLarge");
    assert.equal(await b.p2p.request("test/unknown/1.0.0", a.p2p.id, new Uint8Array(1)), "refused");
    assert.equal(
      await b.p2p.request(PROTOCOL, "12D3KooWEeXJRXqC1XANbsKAzibKisFNitZhbi2RArciXuEHJGcx", new Uint8Array(1)),
      "gone",
    );
    c.answer = async () => new Uint8Array(9_000_001);
    assert.equal(await a.p2p.request(PROTOCOL, c.p2p.id, new Uint8Array(1)), "tooLarge");
    a.answer = () => new Promise(() => {});
    await using hasty = await startNode({ bootnodes: [a.address], limits: { requestTimeoutMs: 300 } });
    await until("the hasty one is there", () => hasty.connected.includes(a.p2p.id));
    assert.equal(await hasty.p2p.request(PROTOCOL, a.p2p.id, new Uint8Array(1)), "timeout");
    await until("the handler is told that nobody waits", () => a.asked.at(-1)!.signal.aborted);
  });

  it("has as many requests under way as a peer takes, and no more", async () => {
    const release = Promise.withResolvers<Uint8Array>();
    a.answer = () => release.promise;
    const asked = a.asked.length;
    const requests = Array.from({ length: 10 }, () => b.p2p.request(PROTOCOL, a.p2p.id, new Uint8Array(1)));
    await until("six are under way", () => a.asked.length === asked + 6);
    release.resolve(Buffer.from("done"));
    const results = await Promise.all(requests);
    assert.equal(results.filter((result) => result === "refused").length, 4);
    assert.equal(results.filter((result) => result instanceof Uint8Array).length, 6);
  });

  it("lets go of a peer, and refuses a banned one in both directions", async () => {
    a.p2p.ban(c.p2p.id, Date.now() + 600_000);
    await until("it is gone", () => !a.p2p.peers().includes(c.p2p.id) && !c.p2p.peers().includes(a.p2p.id));
    assert.equal(a.disconnected.at(-1), c.p2p.id);
    const failed = (node: TestNode, other: TestNode): boolean =>
      node.logged.some(({ message, fields }) => /^a (dial|connection)/.test(message) && fields.peer === other.p2p.id);
    a.logged.length = 0;
    c.logged.length = 0;
    c.p2p.addPeers([a.address]);
    await until("the banned one has tried", () => failed(c, a));
    assert.equal(a.p2p.peers().includes(c.p2p.id), false);
    assert.equal(a.connected.filter((peer) => peer === c.p2p.id).length, 1);
    assert.equal(failed(a, c), false, "a node does not even dial whom it banned");
    assert.deepEqual(a.banned, [], "only the network's own bans are reported");
  });
});

it("what a node rejects or ignores is not passed on", async () => {
  await using middle = await startNode();
  await using left = await startNode({ bootnodes: [middle.address] });
  left.judge = (text) => (text === "good" ? "accept" : "ignore");
  await using right = await startNode();
  right.p2p.ban(left.p2p.id, Date.now() + 600_000);
  right.p2p.addPeers([middle.address]);
  middle.judge = (text) => (text.startsWith("bad") ? "reject" : text.startsWith("dull") ? "ignore" : "accept");
  await until("both ends know the middle", () => middle.p2p.peers().length === 2);
  await publishUntil(left, "warm", () => right.heard.length > 0);
  for (const text of ["bad", "dull", "good"]) await left.p2p.publish(TOPIC, Buffer.from(text));
  await until("the good one arrives", () => right.heard.some(({ text }) => text === "good"));
  const passed = new Set(right.heard.map(({ text }) => text));
  assert.deepEqual(passed, new Set(["warm", "good"]));
  assert.ok(["bad", "dull"].every((text) => middle.heard.some((heard) => heard.text === text)));
  assert.ok(right.heard.every(({ from }) => from === middle.p2p.id));
});

it("I47: the peer id survives a restart, and the network finds the node again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "p2p-"));
  try {
    await using stays = await startNode();
    const ids = [];
    for (let run = 0; run < 2; run++) {
      await using node = await startNode({
        secret: loadNetworkKey(join(folder, "network_key")),
        bootnodes: [stays.address],
      });
      await until("it is there", () => stays.connected.length === run + 1);
      ids.push(node.p2p.id);
      await node.p2p.close();
      await until("its end is seen", () => stays.disconnected.length === run + 1);
    }
    assert.equal(ids[0], ids[1]);
    assert.deepEqual(stays.connected, ids);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("refuses wrong configuration with a code and a hint", async () => {
  await using node = await startNode();
  const refused = (code: string) => (error: unknown) =>
    error instanceof P2pError && error.code === code && error.hint !== "";
  await assert.rejects(startNode({ secret: new Uint8Array(31) }), refused("P2P_KEY_LENGTH"));
  await assert.rejects(startNode({ limits: { maxPeers: 0 } }), refused("P2P_LIMITS"));
  await assert.rejects(startNode({ bootnodes: ["/ip4/127.0.0.1/tcp/1"] }), refused("P2P_ADDRESS"));
  await assert.rejects(startNode({ listen: ["127.0.0.1:1"] }), refused("P2P_ADDRESS"));
  await assert.rejects(startNode({ announce: ["/ip4/192.0.2.1/udp/1"] }), refused("P2P_ADDRESS"));
  const taken = node.address.slice(0, node.address.indexOf("/p2p/"));
  await assert.rejects(startNode({ listen: [taken] }), refused("P2P_LISTEN"));
  assert.throws(() => node.p2p.addPeers(["nonsense"]), refused("P2P_ADDRESS"));
  await assert.rejects(node.p2p.publish(TOPIC, new Uint8Array(defaultP2pLimits.gossipMessageBytes + 1)), RangeError);
  await assert.rejects(node.p2p.publish("other", new Uint8Array(1)), RangeError);
});

it("close ends everything, twice if asked, and nothing keeps the process", async () => {
  const before = process.getActiveResourcesInfo().toSorted();
  await using node = await startNode({ mdns: true, networkName: "closing" });
  await using other = await startNode({ bootnodes: [node.address], networkName: "closing" });
  await until("they are connected", () => node.connected.length === 1);
  const slow = node.p2p.request(PROTOCOL, other.p2p.id, new Uint8Array(1));
  other.answer = () => new Promise(() => {});
  const pending = node.p2p.request(PROTOCOL, other.p2p.id, new Uint8Array(1));
  await Promise.all([node.p2p.close(), node.p2p.close()]);
  await other.p2p.close();
  assert.ok(["gone", "refused"].includes((await pending) as string));
  await slow;
  assert.equal(await node.p2p.request(PROTOCOL, other.p2p.id, new Uint8Array(1)), "gone");
  await node.p2p.publish(TOPIC, new Uint8Array(1));
  const left = (): string[] =>
    process
      .getActiveResourcesInfo()
      .filter((kind) => /TCP|UDP/.test(kind))
      .toSorted();
  await until("the sockets are closed", () => left().length <= before.filter((kind) => /TCP|UDP/.test(kind)).length);
});

it("takes whoever answers at an address without a peer id", async () => {
  await using a = await startNode();
  await using b = await startNode();
  b.p2p.addPeers([a.address.slice(1, a.address.indexOf("/p2p/"))]);
  await until("they are connected", () => a.connected.length === 1 && b.connected.length === 1);
});

it("listens on an address it was given", async () => {
  const p2p = await createP2p({
    secret: new Uint8Array(32).fill(1),
    listen: ["/ip4/127.0.0.1/tcp/0"],
    announce: ["/dns4/node.example/tcp/30333"],
    bootnodes: [],
    mdns: false,
    networkName: "test",
    topics: [],
    protocols: [],
    limits: defaultP2pLimits,
    handlers: { connected() {}, disconnected() {}, gossip: () => "accept", request: async () => undefined },
  });
  const [id, addresses] = [p2p.id, p2p.addresses()];
  await p2p.close();
  assert.equal(id, "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5");
  assert.deepEqual(addresses, [`/dns4/node.example/tcp/30333/p2p/${id}`]);
});
