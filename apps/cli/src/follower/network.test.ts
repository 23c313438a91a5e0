import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { startFollower, type TestFollower } from "./testing/startFollower.ts";

type Block = { readonly hash: string; readonly stateRoot: string };

/** The cases build on each other: validators and followers of one network inside this process, with real disks and sockets. */
describe("validators with followers", { timeout: 120_000 }, () => {
  let net: TestNetwork;
  const validators = [0, 1, 2, 3, 4];
  const followers: TestFollower[] = [];
  const follow = async (name: string, p2p: Readonly<Record<string, unknown>> = {}): Promise<TestFollower> => {
    const follower = await startFollower(net, name, p2p);
    followers.push(follower);
    return follower;
  };
  const atHead = (follower: TestFollower) => follower.node.finalizedHeight >= net.height(0) - 2;
  const blockAt = (follower: TestFollower, height: number) =>
    follower.call("eth_getBlockByNumber", `0x${height.toString(16)}`, false) as Promise<Block>;

  before(async () => {
    net = await TestNetwork.generate(6, { settings: { p2p: { rpc_mode: true, max_rpc_connections: 3 } } });
    await net.start(validators);
    await net.reaches(20);
  });
  after(async () => {
    await Promise.allSettled(followers.map((follower) => follower.stop()));
    await net.close();
  });

  test("two followers catch up, are pushed what becomes final, and hold the validators' chain (N16, N17, L1)", async () => {
    const [first, second] = [await follow("first"), await follow("second")];
    assert.equal(await first.node.waitReady(), true);
    for (const follower of [first, second]) {
      await waitUntil("the follower at the head", 10_000, () => atHead(follower));
      await waitUntil("ready", 10_000, () => follower.node.readiness().ready);
      assert.deepEqual(follower.node.state().name, "ready");
    }
    const from = net.height(0);
    const asked = () =>
      followers.map(
        ({ metrics }) => metrics.value("p2p_frames_total", { type: "BlockRangeRequest", direction: "out" }) ?? 0,
      );
    const before = asked();
    await waitUntil("ten blocks more", 10_000, () => followers.every(({ node }) => node.finalizedHeight >= from + 10));
    assert.deepEqual(asked(), before, "nothing was asked for: every block was pushed");
    const theirs = (await net.call(0, "eth_getBlockByNumber", `0x${from.toString(16)}`, false)) as Block;
    for (const follower of followers) {
      const own = await blockAt(follower, from);
      assert.deepEqual([own.hash, own.stateRoot], [theirs.hash, theirs.stateRoot]);
    }
    assert.equal(((await first.call("kairos_status")) as { role: string }).role, "follower");
  });
});
