import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPeerNetwork } from "./network.ts";
import {
  allUp,
  introduce,
  openNode,
  QUICK,
  secretKey,
  systemClock,
  type TestNode,
  testHello,
  text,
} from "./testing.ts";

describe("peer network on loopback", { timeout: 60_000 }, () => {
  async function open(t: { after(f: () => unknown): void }, ...args: Parameters<typeof openNode>): Promise<TestNode> {
    const node = await openNode(...args);
    t.after(() => node.net.close());
    return node;
  }

  it("six nodes that dial each other at once end with one connection per pair and channel", {
    timeout: 5_000,
  }, async (t) => {
    const nodes = await Promise.all([0, 1, 2, 3, 4, 5].map((i) => open(t, i, 6)));
    introduce(nodes);
    await allUp(nodes);
    assert.deepEqual(await Promise.all(nodes.map((node) => node.net.waitReady())), Array(6).fill(true));
    for (const node of nodes) assert.equal(node.net.broadcastConsensus(0x02, text(`vote ${node.index}`), 1), 5);
    for (const node of nodes) {
      for (const peer of nodes) {
        if (peer === node) continue;
        await node.events.until({ kind: "consensus", peer: peer.index, type: 2, body: `vote ${peer.index}` });
      }
    }
    for (const node of nodes) {
      assert.deepEqual(
        node.net.peers().map((p) => p.channels.length),
        [2, 2, 2, 2, 2],
      );
      assert.equal(node.net.peers()[0]?.hello?.lastFinalized.height, 7);
      const down = node.events.seen.filter((e) => e.kind === "down");
      assert.deepEqual(down, [], "a duplicate that goes takes no link down");
    }
  });

  it("keeps order, measures the round trip, and carries large frames beside small ones", {
    timeout: 5_000,
  }, async (t) => {
    const nodes = await Promise.all([0, 1].map((i) => open(t, i, 2)));
    const [a, b] = nodes as [TestNode, TestNode];
    introduce(nodes);
    await allUp(nodes);
    const block = Buffer.alloc((1 << 20) + 100, "B");
    assert.equal(a.net.sendBulk(1, 0x22, block), true);
    for (let i = 0; i < 100; i++) a.net.sendConsensus(1, 0x02, text(`${i}`), i);
    assert.equal(a.net.sendBulk(1, 0x12, text("overtakes the block")), true);
    await b.events.until({ kind: "bulk", peer: 0, type: 0x22 });
    await b.events.until({ kind: "consensus", peer: 0 }, 100);
    const votes = b.events.seen.filter((e) => e.kind === "consensus").map((e) => e.body);
    assert.deepEqual(
      votes,
      Array.from({ length: 100 }, (_, i) => `${i}`),
    );
    assert.deepEqual(
      b.events.seen.filter((e) => e.kind === "bulk").map((e) => e.type),
      [0x12, 0x22],
    );
    await b.events.when(() => true);
    while (a.net.peers()[0]?.rttMs === undefined) await new Promise((resolve) => setImmediate(resolve));
    assert.ok((a.net.peers()[0]?.rttMs as number) >= 0);
  });

  it("dials again after the peer has restarted, and after it has died without a word", {
    timeout: 5_000,
  }, async (t) => {
    const [a, b] = (await Promise.all([0, 1].map((i) => open(t, i, 2)))) as [TestNode, TestNode];
    introduce([a, b]);
    await allUp([a, b]);
    await b.net.close();
    await a.events.until({ kind: "down", peer: 1 });
    const again = await open(t, 1, 2, { listen: b.address });
    await a.events.until({ kind: "up", peer: 1 }, 2);
    await again.events.until({ kind: "up", peer: 0 });
    assert.equal(again.net.sendConsensus(0, 0x02, text("back"), 1), true);
    await a.events.until({ kind: "consensus", body: "back" });
  });

  it("drops a listener that shows another key than the dialled one (kairos N1)", { timeout: 20_000 }, async (t) => {
    const a = await open(t, 0, 3);
    const impostor = await open(t, 2, 3);
    a.net.setAddress(1, impostor.address);
    await a.events.until({ kind: "p2p_refused_total", reason: "PEER_KEY" }, 3);
    assert.equal(a.events.count({ kind: "up" }), 0);
  });

  it("closes on another genesis, major version, cluster or a false role, and says why (kairos N4)", {
    timeout: 5_000,
  }, async (t) => {
    for (const [change, reason] of [
      [{ genesisHash: "00".repeat(32) }, "HELLO_GENESIS"],
      [{ chainId: 1 }, "HELLO_GENESIS"],
      [{ protocolVersion: 0x0200 }, "HELLO_VERSION"],
      [{ clusterId: "other" }, "HELLO_CLUSTER"],
    ] as const) {
      const a = await open(t, 0, 2);
      const b = await open(t, 1, 2, { hello: () => testHello(change) });
      a.net.setAddress(1, b.address);
      await Promise.race([
        a.events.until({ kind: "p2p_closed_total", reason }),
        b.events.until({ kind: "p2p_closed_total", reason }),
      ]);
      assert.equal(a.events.count({ kind: "up" }) + b.events.count({ kind: "up" }), 0);
      await Promise.all([a.net.close(), b.net.close()]);
    }
    const a = await open(t, 0, 1);
    const liar = await open(t, 100, 1, { self: undefined, hello: () => testHello({ role: 1 }) });
    liar.net.setAddress(0, a.address);
    await a.events.until({ kind: "p2p_closed_total", reason: "HELLO_ROLE" });
  });

  it("serves followers up to its limit, numbers them from n on, and refuses one more as busy (kairos N16)", {
    timeout: 5_000,
  }, async (t) => {
    const a = await open(t, 0, 1, { limits: { ...QUICK, maxFollowers: 2 } });
    const followers = await Promise.all([100, 101].map((i) => open(t, i, 1, { self: undefined })));
    for (const f of followers) f.net.setAddress(0, a.address);
    for (const f of followers) await f.events.until({ kind: "up", peer: 0 });
    await a.events.until({ kind: "up" }, 2);
    assert.deepEqual(
      a.net.peers().map((p) => [p.peer, p.isValidator, p.channels]),
      [
        [1, false, ["bulk"]],
        [2, false, ["bulk"]],
      ],
    );
    const third = await open(t, 102, 1, { self: undefined });
    third.net.setAddress(0, a.address);
    await a.events.until({ kind: "p2p_closed_total", reason: "PEER_BUSY" });
    assert.equal(third.events.count({ kind: "up" }), 0);
    assert.equal(a.net.broadcastBulk(0x30, text("final")), 2);
    for (const f of followers) await f.events.until({ kind: "bulk", peer: 0, type: 0x30, body: "final" });
  });

  it("bans a follower at 100 points and only throttles a validator (kairos N8)", { timeout: 20_000 }, async (t) => {
    const [a, b] = (await Promise.all([0, 1].map((i) => open(t, i, 2)))) as [TestNode, TestNode];
    introduce([a, b]);
    await allUp([a, b]);
    const follower = await open(t, 100, 2, { self: undefined });
    follower.net.setAddress(0, a.address);
    await a.events.until({ kind: "up", peer: 2 });
    a.net.report(2, 100, "wrong blocks");
    await follower.events.until({ kind: "down", peer: 0 });
    await a.events.until({ kind: "p2p_closed_total", reason: "PEER_BANNED" }, 2);
    assert.equal(a.events.count({ kind: "p2p_banned_total" }), 1);
    a.net.report(1, 150, "invalid block");
    assert.equal(b.net.sendConsensus(0, 0x01, text("proposal"), 1), true);
    assert.equal(b.net.sendConsensus(0, 0x02, text("vote"), 1), true);
    await a.events.until({ kind: "consensus", peer: 1, type: 0x02, body: "vote" });
    assert.equal(a.events.count({ kind: "consensus", type: 0x01 }), 0);
    assert.equal(a.events.count({ kind: "p2p_dropped_total", reason: "budget" }), 1);
  });

  it("bans at the operator's word, connected or not, but no validator of its own list", {
    timeout: 20_000,
  }, async (t) => {
    const [a, b] = (await Promise.all([0, 1].map((i) => open(t, i, 2)))) as [TestNode, TestNode];
    introduce([a, b]);
    await allUp([a, b]);
    const follower = await open(t, 100, 2, { self: undefined });
    follower.net.setAddress(0, a.address);
    await a.events.until({ kind: "up", peer: 2 });
    const first = a.net.ban(follower.net.peerId);
    assert.ok(first !== undefined && first > 590_000 && first <= 600_000, `${first}`);
    await follower.events.until({ kind: "down", peer: 0 });
    assert.equal(Math.round(a.net.ban(follower.net.peerId)! / first), 2, "twice as long the second time");
    assert.equal(a.net.ban(b.net.peerId), undefined);
    assert.equal(a.net.ban(a.net.peerId), undefined);
    assert.ok((a.net.ban("ff".repeat(32)) ?? 0) > 0);
    assert.equal(a.events.count({ kind: "p2p_banned_total" }), 3);
  });

  it("dials at the operator's word what waits for its back-off", { timeout: 20_000 }, async (t) => {
    const [a, b] = (await Promise.all(
      [0, 1].map((i) => open(t, i, 2, { limits: { ...QUICK, backoffFirstMs: 3_600_000, backoffMaxMs: 3_600_000 } })),
    )) as [TestNode, TestNode];
    introduce([a, b]);
    await allUp([a, b]);
    assert.equal(a.net.refresh(), 0, "all are connected");
    await b.net.close();
    await a.events.until({ kind: "down", peer: 1 });
    await open(t, 1, 2, { listen: b.address });
    // The sockets of both channels close in their own turns.
    for (let dialled = 0; dialled < 2; ) {
      dialled += a.net.refresh();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await a.events.until({ kind: "up", peer: 1 }, 2);
  });

  it("a follower bans whoever lies to it, dials others on, and says to each what it wants (kairos N8, N14, N17)", {
    timeout: 20_000,
  }, async (t) => {
    const seen: string[] = [];
    const validators = await Promise.all([0, 1].map((i) => open(t, i, 2, { limits: { ...QUICK, maxFollowers: 2 } })));
    const [a, b] = validators as [TestNode, TestNode];
    const middle = await open(t, 100, 2, { self: undefined });
    const follower = await open(t, 101, 2, {
      self: undefined,
      upstreams: [{ publicKeyHex: middle.net.peerId, ...middle.address }],
      limits: { ...QUICK, banMs: 400 },
      hello: (to) => {
        if (to !== undefined) seen.push(`${to.peerId === a.net.peerId ? "a" : "other"} ${to.dialled}`);
        return testHello({ role: 2, capabilities: to?.peerId === a.net.peerId ? 1 : 0 });
      },
    });
    follower.net.setAddress(0, a.address);
    follower.net.setAddress(1, b.address);
    for (const peer of [0, 1, 2]) await follower.events.until({ kind: "up", peer });
    assert.equal(await follower.net.waitReady(), true);
    assert.deepEqual([...seen].sort(), ["a true", "other true", "other true"]);
    await a.events.until({ kind: "up", peer: 2 });
    assert.equal(a.net.peers().find(({ peer }) => peer === 2)?.hello?.capabilities, 1);
    const upstream = follower.net.peers().find(({ peer }) => peer === 2);
    assert.deepEqual([upstream?.isUpstream, upstream?.isValidator], [true, false]);
    follower.net.redial(2);
    await follower.events.until({ kind: "up", peer: 2 }, 2);
    follower.net.report(0, 100, "wrong blocks");
    await follower.events.until({ kind: "down", peer: 0 });
    await follower.events.until({ kind: "p2p_banned_total" });
    assert.equal(follower.net.sendBulk(1, 0x21, text("next")), true, "the others stay");
    await follower.events.until({ kind: "up", peer: 0 }, 2);
  });

  it("dials followers that it hears of while it runs, and keeps a link that works (kairos N13)", {
    timeout: 20_000,
  }, async (t) => {
    const first = await open(t, 100, 1, { self: undefined });
    const second = await open(t, 101, 1, { self: undefined });
    const follower = await open(t, 102, 1, { self: undefined });
    const upstream = ({ net, address }: TestNode) => ({ publicKeyHex: net.peerId, ...address });
    follower.net.setUpstreams([upstream(first)]);
    await follower.events.until({ kind: "up", peer: 1 });
    assert.equal(follower.net.peers()[0]?.isUpstream, true);
    follower.net.setUpstreams([upstream(second)]);
    await follower.events.until({ kind: "up", peer: 2 });
    assert.deepEqual(
      follower.net.peers().map(({ peerId, up, isUpstream }) => [peerId, up, isUpstream]),
      [first, second].map(({ net }) => [net.peerId, true, true]),
    );
    await first.net.close();
    await follower.events.until({ kind: "down", peer: 1 });
    follower.net.setUpstreams([upstream(second)]);
    assert.deepEqual([follower.events.count({ kind: "down" }), follower.net.refresh()], [1, 0]);
  });

  it("pauses reading on the consensus connection when the budget is used up, and loses nothing (kairos N7)", {
    timeout: 5_000,
  }, async (t) => {
    const vote = { perSecond: 500, burst: 20 };
    const a = await open(t, 0, 2, { limits: { ...QUICK, vote } });
    const b = await open(t, 1, 2);
    introduce([a, b]);
    await allUp([a, b]);
    const start = performance.now();
    for (let i = 0; i < 120; i++) b.net.sendConsensus(0, 0x02, text(`${i}`), i);
    await a.events.until({ kind: "consensus", peer: 1 }, 120);
    assert.ok((a.net.peers()[0]?.score ?? 9) <= 2, "waiting is a point a second, not a point a frame");
    assert.ok(performance.now() - start > 150, "100 votes above the burst take 200 ms at 500 a second");
    assert.deepEqual(
      a.events.seen.filter((e) => e.kind === "consensus").map((e) => e.body),
      Array.from({ length: 120 }, (_, i) => `${i}`),
    );
  });

  it("drops bulk frames above the budget and counts them (kairos N7)", { timeout: 20_000 }, async (t) => {
    const a = await open(t, 0, 2, { limits: { ...QUICK, request: { perSecond: 1, burst: 3 } } });
    const b = await open(t, 1, 2);
    introduce([a, b]);
    await allUp([a, b]);
    for (let i = 0; i < 10; i++) b.net.sendBulk(0, 0x20, text("request"));
    b.net.sendBulk(0, 0x30, text("last"));
    await a.events.until({ kind: "bulk", type: 0x30 });
    assert.equal(a.events.count({ kind: "bulk", type: 0x20 }), 3);
    assert.equal(a.events.count({ kind: "p2p_dropped_total", reason: "budget" }), 7);
  });

  it("stops reading from a peer whose consumer is full, until it is resumed (kairos N10)", {
    timeout: 5_000,
  }, async (t) => {
    const got: string[] = [];
    const handlers = {
      onConsensus: (_peer: number, _type: number, body: Uint8Array) => {
        got.push(Buffer.from(body).toString());
        a.events.add({ kind: "got" });
        return got.length !== 3;
      },
      onBulk: () => true,
      onLink: (peer: number, up: boolean) => a.events.add({ kind: up ? "up" : "down", peer }),
    };
    const a: TestNode = await open(t, 0, 2, { handlers });
    const b = await open(t, 1, 2);
    introduce([a, b]);
    await allUp([a, b]);
    for (let i = 0; i < 6; i++) b.net.sendConsensus(0, 0x02, text(`${i}`), i);
    await a.events.until({ kind: "got" }, 3);
    b.net.sendBulk(0, 0x30, text("the bulk connection is paused too"));
    assert.deepEqual(got, ["0", "1", "2"]);
    a.net.resume(1);
    await a.events.until({ kind: "got" }, 6);
    assert.deepEqual(got, ["0", "1", "2", "3", "4", "5"]);
  });

  it("drops and counts frames whose clock is off by more than the limit (kairos N5)", {
    timeout: 20_000,
  }, async (t) => {
    let offset = 0;
    const clock = { ...systemClock, wallMs: () => (Date.now() + offset) as ReturnType<typeof systemClock.wallMs> };
    const a = await open(t, 0, 2);
    const b = await open(t, 1, 2, { clock });
    introduce([a, b]);
    await allUp([a, b]);
    offset = 61_000;
    b.net.sendConsensus(0, 0x02, text("late"), 1);
    await a.events.until({ kind: "p2p_dropped_total", reason: "skew" });
    offset = 0;
    b.net.sendConsensus(0, 0x02, text("on time"), 2);
    await a.events.until({ kind: "consensus", body: "on time" });
    assert.equal(a.events.count({ kind: "consensus", body: "late" }), 0);
  });

  it("is ready after the bootstrap time even alone, and then with false (kairos N12)", {
    timeout: 5_000,
  }, async (t) => {
    const a = await open(t, 0, 6, { limits: { ...QUICK, bootstrapTimeoutMs: 1 } });
    assert.equal(await a.net.waitReady(), false);
    const alone = await open(t, 0, 1);
    assert.equal(await alone.net.waitReady(), true);
  });

  it("refuses a wrong validator list", () => {
    const base = {
      hello: () => testHello(),
      handlers: { onConsensus: () => true, onBulk: () => true, onLink: () => undefined },
      maxBlockBytes: 1,
      clock: systemClock,
      identity: { secretKey: secretKey(0) },
    };
    const key = "11".repeat(32);
    for (const [validators, self] of [
      [[{ index: 0, publicKeyHex: "xyz" }], undefined],
      [[{ index: 1, publicKeyHex: key }], undefined],
      [
        [
          { index: 0, publicKeyHex: key },
          { index: 1, publicKeyHex: key },
        ],
        undefined,
      ],
      [[{ index: 0, publicKeyHex: key }], 0],
    ] as const) {
      assert.throws(() => createPeerNetwork({ ...base, validators, self }), { code: "NET_CONFIG" });
    }
  });
});
