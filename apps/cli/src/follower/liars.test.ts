import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Digest, height } from "@polis/codec";
import { createMultisigKeys } from "@polis/crypto";
import { decodeBlock, encodeBlock, genesisDocument } from "@polis/kairos";
import type { FetchedBlock } from "@polis/minimmit";
import { createPaymentFixture } from "../bench/paymentFixture.ts";
import { writeSyncChain } from "../bench/syncChain.ts";
import { NodeConfig } from "../library/nodeConfig.ts";
import { RpcNode } from "../library/rpcNode.ts";
import type { Chain } from "../node/chain.ts";
import { CAPABILITY_PRUNED } from "../node/role.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { honestPage, type Lie, startLiar } from "./testing/liar.ts";

const BLOCKS = 300;
const quiet = { log: () => undefined };
const fixture = createPaymentFixture(6, 8);
const { params } = fixture.genesis;

const changed = (item: FetchedBlock, change: (block: ReturnType<typeof decode>) => Uint8Array): FetchedBlock => ({
  ...item,
  block: change(decode(item.block)),
});
function decode(block: Uint8Array) {
  const decoded = decodeBlock(block, params);
  if (!decoded.ok) throw new Error(decoded.fault.code);
  return decoded.value;
}
/** Certificates as the same validators would sign them in a network with another genesis. */
function ofAnotherChain({ certificate, ...item }: FetchedBlock): FetchedBlock {
  const secret = fixture.blsSecrets[0]!;
  const keys = createMultisigKeys({ index: 0 as never, genesisHash: "11".repeat(32) as Digest, secret });
  const { epoch, view, digest } = certificate!;
  return { ...item, certificate: { ...certificate!, signature: keys.signNotarize(epoch, view, digest!) } };
}

/** Every lie with the true page before it (testing Z22, kairos 14). */
const lies: Readonly<Record<string, Lie>> = {
  "a wrong block": (page) => ({
    kind: "blocks",
    items: page.map((item) =>
      changed(
        item,
        ({ header, transactions }) => encodeBlock({ ...header, gasUsed: 1n }, transactions, undefined).block,
      ),
    ),
  }),
  "another body under a true header": (page) => ({
    kind: "blocks",
    items: page.map((item) => changed(item, ({ header }) => encodeBlock(header, [], undefined).block)),
  }),
  "wrong heights": (page) => ({ kind: "blocks", items: page.slice(1) }),
  "a gap": (page) => ({ kind: "blocks", items: [...page.slice(0, 5), ...page.slice(6)] }),
  "certificates of another chain": (page) => ({ kind: "blocks", items: page.map(ofAnotherChain) }),
  "old certificates": (page) => ({
    kind: "blocks",
    items: page.map(({ block }) => ({ block, certificate: page[0]!.certificate })),
  }),
  "no certificates": (page) => ({
    kind: "blocks",
    items: page.map(({ block }) => ({ block, certificate: undefined })),
  }),
  "endless empty pages": () => ({ kind: "blocks", items: [] }),
  "nothing found": () => ({ kind: "notFound" }),
};

describe("followers beside nodes that lie (Z22, L1, R28)", { timeout: 120_000 }, () => {
  let dir: string;
  let honest: RpcNode;
  let chain: Chain;
  let honestPlace: string;
  let count = 0;

  const open = async (bootnodes: readonly string[], data: string, p2p: Readonly<Record<string, unknown>> = {}) => {
    const metrics = createMetrics();
    const config = NodeConfig.fromObject({
      genesis: { path: join(dir, "genesis.json") },
      storage: { path: join(dir, data) },
      p2p: { listen_addr: "127.0.0.1:0", bootnodes, ...p2p },
      jsonrpc: { enabled: false },
      rpc: { enabled: false },
      workers: { signature: 0 },
    });
    const node = await RpcNode.fromConfig(config, undefined, quiet, { metrics });
    return { node, banned: () => metrics.value("p2p_banned_total") ?? 0 };
  };

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "kairos-liars-"));
    writeFileSync(join(dir, "genesis.json"), JSON.stringify(genesisDocument(fixture.genesis)));
    const { signal } = new AbortController();
    await writeSyncChain({ fixture, path: join(dir, "honest"), blocks: BLOCKS, paymentsPerBlock: 1, signal });
    ({ node: honest } = await open([], "honest", { rpc_mode: true }));
    chain = honest.kairos.chain;
    honestPlace = `${honest.kairos.p2p.peerId}@127.0.0.1:${honest.kairos.p2p.port}`;
    assert.equal(honest.finalizedHeight, BLOCKS);
  });
  after(async () => {
    await honest.shutdown(10_000);
    rmSync(dir, { recursive: true, force: true });
  });

  for (const [name, lie] of Object.entries(lies)) {
    test(`${name}: found out within three requests, nothing of it is kept, and the liar is banned`, async (t) => {
      const liar = await startLiar(chain, lie);
      const alone = await open([liar.place], `alone-${++count}`);
      t.after(() => Promise.all([liar.close(), alone.node.shutdown(10_000)]));
      await waitUntil("the ban", 10_000, () => alone.banned() === 1);
      assert.ok(liar.requests() <= 3, `${liar.requests()} requests`);
      assert.equal(alone.node.finalizedHeight, 0);
      assert.equal(alone.node.failure, undefined);
    });
  }

  test("with one liar of each kind beside one honest node the chain is complete, and only liars are banned", async (t) => {
    const liars = await Promise.all(Object.values(lies).map((lie) => startLiar(chain, lie)));
    const places = [...liars.map(({ place }) => place), honestPlace];
    const { node, banned } = await open(places, "both", { outbound: 10 });
    t.after(() => Promise.all([...liars.map((liar) => liar.close()), node.shutdown(10_000)]));
    await waitUntil("the whole chain", 30_000, () => node.finalizedHeight === BLOCKS);
    assert.deepEqual(node.kairos.chain.ledger.lastFinalized.digest, chain.ledger.lastFinalized.digest);
    for (const liar of liars) assert.ok(liar.requests() <= 3, `${liar.requests()} requests`);
    assert.ok(banned() <= liars.length);
    const up = node.kairos.facts().peers.filter((peer) => peer.up);
    assert.ok(
      up.some(({ peerId }) => honestPlace.startsWith(peerId)),
      "the honest node is still there",
    );
  });

  test("pushes with false certificates are charged, and the one who sends them is banned (N17)", async (t) => {
    const liar = await startLiar(chain, () => ({ kind: "busy" }));
    const { node, banned } = await open([liar.place], "pushed");
    t.after(() => Promise.all([liar.close(), node.shutdown(10_000)]));
    assert.equal(await node.waitReady(), true);
    const push = honestPage(chain, height(1), 1).map(ofAnotherChain);
    await waitUntil("the ban", 10_000, () => {
      liar.push(push);
      return banned() === 1;
    });
    assert.equal(node.finalizedHeight, 0);
  });

  test("a node that says that it keeps only the newest blocks is no liar without the old ones (6.4)", async (t) => {
    const pruned = await startLiar(chain, () => ({ kind: "notFound" }), CAPABILITY_PRUNED);
    const { node, banned } = await open([pruned.place, honestPlace], "beside-pruned");
    t.after(() => Promise.all([pruned.close(), node.shutdown(10_000)]));
    await waitUntil("the whole chain", 30_000, () => node.finalizedHeight === BLOCKS);
    await waitUntil("a question", 10_000, () => pruned.requests() > 0);
    assert.equal(banned(), 0);
    assert.equal(node.kairos.facts().peers.find(({ peerId }) => pruned.place.startsWith(peerId))?.score, 0);
  });

  test("a node that only says busy or nothing delays and is no liar; another one brings the chain (N9)", async (t) => {
    const busy = await startLiar(chain, () => ({ kind: "busy" }));
    const silent = await startLiar(chain, () => undefined);
    const { node, banned } = await open([busy.place, silent.place, honestPlace], "slow");
    t.after(() => Promise.all([busy.close(), silent.close(), node.shutdown(10_000)]));
    await waitUntil("the whole chain", 30_000, () => node.finalizedHeight === BLOCKS);
    assert.equal(banned(), 0);
  });
});
