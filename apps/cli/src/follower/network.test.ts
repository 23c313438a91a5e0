import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { DivergenceError } from "@polis/minimmit";
import { generateIdentity } from "../keys/identity.ts";
import { TestNetwork } from "../testing/network.ts";
import { RawPeer } from "../testing/rawPeer.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { startFollower, type TestFollower } from "./testing/startFollower.ts";

const RANGES_OUT = { type: "BlockRangeRequest", direction: "out" };
const BUDGET = { type: "BlockRangeRequest", reason: "budget" };

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

  /** All running followers and a validator have the same block at a height. */
  const assertSameChain = async (height: number): Promise<void> => {
    const theirs = (await net.call(0, "eth_getBlockByNumber", `0x${height.toString(16)}`, false)) as Block;
    for (const follower of followers) {
      await waitUntil("the height", 10_000, () => follower.node.finalizedHeight >= height);
      const own = await blockAt(follower, height);
      assert.deepEqual([own.hash, own.stateRoot], [theirs.hash, theirs.stateRoot]);
    }
  };

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
    const asked = () => followers.map(({ metrics }) => metrics.value("p2p_frames_total", RANGES_OUT) ?? 0);
    const before = asked();
    assert.ok(before.every((requests) => requests > 0));
    await waitUntil("ten blocks more", 10_000, () => followers.every(({ node }) => node.finalizedHeight >= from + 10));
    assert.deepEqual(asked(), before, "nothing was asked for: every block was pushed");
    await assertSameChain(from);
    assert.equal(((await first.call("kairos_status")) as { role: string }).role, "follower");
    assert.equal((await first.call("eth_syncing")) as boolean, false);
  });

  test("a payment through a follower is admitted there, reaches the validators, and is final everywhere (N17)", async () => {
    const [first] = followers as [TestFollower];
    const [payer, other] = net.payers as [(typeof net.payers)[0], (typeof net.payers)[0]];
    const { raw, hash } = payer.pay(other.address);
    assert.equal(await first.call("eth_sendRawTransaction", raw), hash);
    await assert.rejects(first.call("eth_sendRawTransaction", raw), /known/i, "the submitter hears of local admission");
    await assert.rejects(
      first.call("eth_sendRawTransaction", `${raw.slice(0, -2)}00`),
      "a refused one is refused here",
    );
    const receipts = () =>
      Promise.all([
        net.call(1, "eth_getTransactionReceipt", hash),
        ...followers.map((follower) => follower.call("eth_getTransactionReceipt", hash)),
      ]);
    await waitUntil("the receipts", 10_000, async () => (await receipts()).every((receipt) => receipt !== null));
    const [theirs, ...own] = await receipts();
    for (const receipt of own) assert.deepEqual(receipt, theirs);
    const sent = first.metrics.value("p2p_frames_total", { direction: "out", type: "TxBatch" }) ?? 0;
    assert.ok(sent >= 2, `to ${sent} validators`);
  });

  test("a follower that was away while the chain went on continues from its disk", async () => {
    const away = followers.pop()!;
    const height = away.node.finalizedHeight;
    await away.stop();
    await net.reaches(net.height(0) + 15, 15_000, [0]);
    const back = await follow("second");
    assert.ok(back.node.finalizedHeight >= height);
    assert.equal(back.node.kairos.p2p.peerId, away.node.kairos.p2p.peerId, "its link key is kept in its folder");
    await waitUntil("the head", 10_000, () => atHead(back) && back.node.readiness().ready);
    await assertSameChain(back.node.finalizedHeight - 1);
    const proof = (await back.call("kairos_getFinalityCertificate", "latest")) as { certificate: { raw: string } };
    assert.match(proof.certificate.raw, /^0x[0-9a-f]+$/);
  });

  test("a follower of a follower alone is pushed the same chain", async () => {
    const middle = await follow("middle", { rpc_mode: true });
    const { peerId, port } = middle.node.kairos.p2p;
    const place = `${peerId}@127.0.0.1:${port}`;
    const last = await follow("last", { bootnodes: [place], outbound: 1 });
    await waitUntil("the head", 15_000, () => atHead(last) && last.node.readiness().ready);
    const peers = last.node.kairos.facts().peers.filter(({ up }) => up);
    assert.deepEqual(
      peers.map((peer) => [peer.peerId, peer.isValidator]),
      [[peerId, false]],
    );
    const from = last.node.finalizedHeight;
    await waitUntil("blocks that are pushed on", 10_000, () => last.node.finalizedHeight >= from + 5);
    await assertSameChain(from);
    await Promise.all([followers.pop()!.stop(), followers.pop()!.stop()]);
  });

  test("a validator takes no more followers than it is set to, and none counts toward its readiness (N16)", async () => {
    const spare = await follow("third");
    await waitUntil("the third follower", 10_000, () => atHead(spare));
    const { details } = net.node(0).readiness();
    assert.ok(details.includes("validators connected: 4 of 4 required"), details.join("; "));
    const refused = await follow("one too many", { bootstrap_timeout_ms: 300 });
    assert.equal(await refused.node.waitReady(), false);
    assert.equal(refused.node.state().name, "booting");
    assert.equal(refused.node.readiness().ready, false);
    await waitUntil("the refusal", 5_000, () => {
      const said = refused.metrics.value("p2p_closed_total", { reason: "LINK_CLOSING" }) ?? 0;
      return (
        said > 0 && validators.some((i) => (net.metrics(i).value("p2p_closed_total", { reason: "PEER_BUSY" }) ?? 0) > 0)
      );
    });
    await Promise.all([followers.pop()!.stop(), followers.pop()!.stop()]);
  });

  test("votes, proposals and pushes of a follower cost it its link; requests over its budget are dropped (N7, N16)", async () => {
    const { ed25519 } = generateIdentity();
    const peer = new RawPeer(net.ports.p2p, ed25519.secret, "bulk").hello({
      ...{ protocolVersion: 0x0100, chainId: net.made.chainId, genesisHash: net.made.genesisHash.slice(2), role: 2 },
      ...{ epoch: 0, lastFinalized: { height: 0, view: 0, hash: "00".repeat(32) }, capabilities: 0 },
      ...{ clientVersion: "raw", listenAddresses: [], clusterId: "kairos" },
    });
    const budget = () => net.metrics(0).value("p2p_dropped_total", BUDGET) ?? 0;
    for (let i = 0; i < 200; i++) peer.frame(0x21, Uint8Array.of(0xc4, 0x01, 0x01, 0x01, 0x01));
    await waitUntil("requests dropped", 5_000, () => budget() > 0);
    for (const type of [0x04, 0x05, 0x06, 0x30, 0x04, 0x05]) peer.frame(type, Uint8Array.of(0xc0));
    await peer.ended;
    assert.ok((net.metrics(0).value("p2p_banned_total") ?? 0) >= 1);
    const consensus = new RawPeer(net.ports.p2p, ed25519.secret, "consensus");
    await consensus.ended;
    await net.reaches(net.height(0) + 3, 10_000, [0]);
  });

  test("a follower whose execution contradicts a finalized block stops loudly and serves as not ready (L1)", async () => {
    const broken = await follow("broken");
    await waitUntil("the head", 10_000, () => atHead(broken));
    const { ledger } = broken.node.kairos.chain;
    const refusal = { ok: false, fault: { code: "BLOCK_RESULT", verdict: "punish", detail: "stateRoot" } } as const;
    ledger.execute = () => refusal;
    const [error] = (await once(broken.node, "error").catch((reason: unknown) => [reason])) as [unknown];
    assert.ok(error instanceof DivergenceError);
    const height = broken.node.finalizedHeight;
    assert.deepEqual([broken.node.readiness().ready, broken.node.failure], [false, error]);
    assert.match(broken.node.readiness().details.join(), /fails re-execution: BLOCK_RESULT/);
    assert.ok(broken.log.some((line) => line.startsWith("error CRITICAL: the node stops: L1:")));
    assert.equal(broken.metrics.value("execution_root_mismatch_total"), 1);
    assert.equal(Number(await broken.call("eth_blockNumber")), height, "what was verified is still served");
    const health = (await broken.call("kairos_health")) as { healthy: boolean };
    assert.equal(health.healthy, false);
  });
});
