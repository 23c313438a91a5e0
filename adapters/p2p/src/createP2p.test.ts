import assert from "node:assert/strict";
import { test } from "node:test";
import { PROTOCOL, publishUntil, startNode, until } from "./testing.ts";

test("two nodes meet by a bootnode, gossip and ask each other", async () => {
  await using a = await startNode();
  await using b = await startNode({ bootnodes: [a.address] });
  await until("both know each other", () => a.connected.length === 1 && b.connected.length === 1);
  assert.deepEqual(a.p2p.peers(), [b.p2p.id]);
  assert.match(b.p2p.addressOf(a.p2p.id) ?? "", /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\//);
  await publishUntil(a, "hello", () => b.heard.some(({ text }) => text === "hello"));
  assert.equal(b.heard[0]!.from, a.p2p.id);
  const answer = await a.p2p.request(PROTOCOL, b.p2p.id, Buffer.from("ping"));
  assert.equal(Buffer.from(answer as Uint8Array).toString(), "ping");
  await a.p2p.close();
  await until("the end is seen", () => b.disconnected.length === 1);
  assert.equal(await b.p2p.request(PROTOCOL, a.p2p.id, Buffer.from("ping")), "gone");
});
