import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { it } from "node:test";
import { publishUntil, startNode, TOPIC, until } from "./testing.ts";

it("I47: four nodes of one host find each other by mDNS alone", async () => {
  const networkName = randomUUID();
  const nodes = await Promise.all(Array.from({ length: 4 }, () => startNode({ mdns: true, networkName })));
  try {
    await until("everybody knows everybody", () => nodes.every(({ p2p }) => p2p.peers().length === 3), 20_000);
    await publishUntil(nodes[0]!, "all", () =>
      nodes.slice(1).every(({ heard }) => heard.some(({ text }) => text === "all")),
    );
  } finally {
    await Promise.all(nodes.map(({ p2p }) => p2p.close()));
  }
});

it("Kademlia finds a third peer, which only the bootnode knows", async () => {
  await using bootnode = await startNode();
  await using early = await startNode({ bootnodes: [bootnode.address] });
  await until("the first is there", () => bootnode.connected.includes(early.p2p.id));
  await using late = await startNode({ bootnodes: [bootnode.address] });
  await until("they have met", () => late.connected.includes(early.p2p.id) && early.connected.includes(late.p2p.id));
});

it("a bootnode that ends and comes back is dialled again", async () => {
  const secret = randomBytes(32);
  await using bootnode = await startNode({ secret });
  await using node = await startNode({ bootnodes: [bootnode.address] });
  await until("they are connected", () => node.connected.length === 1 && bootnode.connected.length === 1);
  await bootnode.p2p.close();
  await until("its end is seen", () => node.disconnected.length === 1);
  const listen = [bootnode.address.slice(0, bootnode.address.indexOf("/p2p/"))];
  await using again = await startNode({ secret, listen });
  await until("they are connected again", () => node.connected.length === 2 && again.connected.length === 1);
  assert.deepEqual(node.connected, [again.p2p.id, again.p2p.id]);
  await publishUntil(again, "back", () => node.heard.some(({ text }) => text === "back"));
});

it("two networks with different names do not mix, whatever addresses they are given", async () => {
  await using a = await startNode({ networkName: "one" });
  await using other = await startNode({ networkName: "two", bootnodes: [a.address] });
  await using b = await startNode({ networkName: "one", bootnodes: [a.address] });
  await until("the stranger was turned away", () => a.logged.some(({ fields }) => fields.peer === other.p2p.id));
  await publishUntil(a, "ours", () => b.heard.some(({ text }) => text === "ours"));
  await other.p2p.publish(TOPIC, Buffer.from("theirs"));
  await a.p2p.publish(TOPIC, Buffer.from("last"));
  await until("the last one arrives", () => b.heard.some(({ text }) => text === "last"));
  assert.deepEqual(a.connected, [b.p2p.id]);
  assert.deepEqual([other.connected, other.heard], [[], []]);
  assert.equal(
    [...a.heard, ...b.heard].some(({ text }) => text === "theirs"),
    false,
  );
});
