import assert from "node:assert/strict";
import { test } from "node:test";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { startFollower } from "./testing/startFollower.ts";

test("N13: a follower that hears of another one while it runs asks that one too", { timeout: 90_000 }, async (t) => {
  const net = await TestNetwork.generate(1, { settings: { p2p: { rpc_mode: true } } });
  t.after(() => net.close());
  await net.start();
  const [first, second] = await Promise.all([
    startFollower(net, "first", { rpc_mode: true }),
    startFollower(net, "second"),
  ]);
  t.after(() => Promise.all([first.stop(), second.stop()]));
  const { peerId, port } = first.node.kairos.p2p;
  const { kairos } = second.node;
  const sources = () =>
    kairos.facts().peers.flatMap(({ up, isUpstream, peerId: id }) => (up && isUpstream ? [id] : []));
  await waitUntil("the validator", 30_000, () => sources().length === 1);
  assert.ok(!sources().includes(peerId));
  kairos.setBootnodes([`${peerId}@127.0.0.1:${port}`]);
  await waitUntil("the other follower", 30_000, () => sources().includes(peerId));
  assert.equal(second.node.state().sources, 2);
  assert.throws(() => kairos.setBootnodes(["somebody"]), { code: "BOOTNODE" });
});
