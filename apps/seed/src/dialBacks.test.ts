import assert from "node:assert/strict";
import { after, test } from "node:test";
import { digest } from "@polis/codec";
import { PeerRegistry } from "@polis/kratos";
import { createP2p, createProber, defaultP2pLimits } from "@polis/p2p";
import { DialBacks } from "./dialBacks.ts";
import { heartbeatOf, secretOf, startSeedWorld } from "./testing/seedWorld.ts";

const node = 21;
const p2p = await createP2p({
  ...{ secret: secretOf(node), listen: ["/ip4/127.0.0.2/tcp/0"], announce: [], bootnodes: [], mdns: false },
  ...{ networkName: "test", topics: [], protocols: [], limits: defaultP2pLimits },
  handlers: { connected() {}, disconnected() {}, gossip: () => "ignore", request: async () => undefined },
});
const world = await startSeedWorld({ prober: await createProber() });
after(() => Promise.all([p2p.close(), world.close()]));
const [address] = p2p.addresses() as [string];

test("a node of libp2p has the peer id that its heartbeat names, and answers the dial-back at an address elsewhere", async () => {
  assert.equal(p2p.id, heartbeatOf(node, world.clock).heartbeat.libp2pPeerId);
  assert.ok(address.startsWith("/ip4/127.0.0.2/tcp/"), "the heartbeat comes from 127.0.0.1");
  assert.deepEqual(await world.beat(node, { addresses: [address] }), {
    ...{ accepted: true, error: undefined, networkState: world.seed.service.state(), timestamp: world.clock },
  });
});

test("nobody can name the address of another node as its own", async () => {
  const bare = address.split("/p2p/")[0]!;
  assert.equal((await world.beat(22, { addresses: [bare] })).error, "AddressNotOwn");
});

test("a node that has gone fails the probe", async () => {
  const score = () => world.seed.service.registry.get(heartbeatOf(node, world.clock).heartbeat.peerId)?.score;
  await world.seed.service.probeSome(10);
  assert.equal(score(), 510);
  await p2p.close();
  await world.seed.service.probeSome(10);
  assert.equal(score(), 410);
});

test("one source has sixteen dial-backs at a time, and all have 64", async () => {
  const answer = Promise.withResolvers<boolean>();
  const dialBacks = new DialBacks(new PeerRegistry({ maxPeers: 10, maxPeersPerSource: 10 }), () => answer.promise);
  const eight = Array.from({ length: 8 }, (_, i) => `/ip4/192.0.2.1/tcp/${i + 1}`);
  const peer = digest("11".repeat(32));
  const confirm = (source: string) => dialBacks.confirm(peer, eight, source);
  const open = ["a", "a", "b"].map(confirm);
  assert.equal(await dialBacks.confirm(peer, ["/ip4/192.0.2.1/tcp/9"], "a"), "Busy");
  open.push(...["b", "c", "c", "d", "d"].map(confirm));
  assert.equal(await confirm("e"), "Busy", "64 of all");
  answer.resolve(true);
  assert.deepEqual(await Promise.all(open), new Array(8).fill(undefined));
  assert.equal(await dialBacks.confirm(peer, eight, "a"), undefined);
});
