import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Digest, decodeKce } from "@polis/codec";
import { blockHash, chainTables, kceBlock, producerTableNames } from "@polis/kratos";
import { KratosProcess } from "../../testing/nodeProcess.ts";
import { waitUntil } from "../../testing/waitUntil.ts";
import { kratosCodec, openChainData } from "../data/chainData.ts";
import { dataDirectory } from "../data/dataDirectory.ts";
import { openProducerStore } from "../data/producerStore.ts";
import { type KratosNet, prepareKratosNet } from "../localnet/prepareKratosNet.ts";
import { LocalNode } from "../testing/localNode.ts";

const dir = mkdtempSync(join(tmpdir(), "kratos-network-"));
const running = new Set<LocalNode>();
let net: KratosNet;
let nodes: LocalNode[];
let pinned: LocalNode;

function start(...args: readonly string[]): LocalNode {
  const node = new LocalNode(...args);
  running.add(node);
  return node;
}

function validator(one: KratosNet, i: number, ...more: readonly string[]): LocalNode {
  const { basePath, keyFile } = one.nodes[i]!;
  const who = ["--base-path", basePath, "--validator", "--validator-key", keyFile];
  const often = ["--connections-per-ip", "64", "--snapshot-every", "5"];
  return start("--chain", one.recordFile, ...often, ...who, ...more);
}

/** Wants another chain than there is; it gives up while the other tests run. */
function startPinned(): LocalNode {
  const chain = ["--chain", net.genesis.record.chainName, "--base-path", join(dir, "pinned")];
  return start(...chain, "--genesis-hash", `0x${"ab".repeat(32)}`);
}

before(async () => {
  net = prepareKratosNet({ dir: join(dir, "net"), n: 4, slotSeconds: 1, slotsPerEpoch: 10, senders: 1 });
  nodes = net.nodes.map((_, i) => validator(net, i, "--genesis"));
  await Promise.all(nodes.map((node) => node.up()));
});

after(async () => {
  await Promise.all([...running].map((node) => node.kill()));
  rmSync(dir, { recursive: true, force: true });
});

test("four nodes find each other by mDNS alone and make blocks final (I47)", { timeout: 60_000 }, async () => {
  await Promise.all(nodes.map((node) => node.final(2)));
  const { peerCount } = await nodes[0]!.client.system_health();
  assert.equal(peerCount, 3);
  pinned = startPinned();
});

test("each is killed in turn: the rest go on, and it comes back to the same chain (I14, I31)", {
  timeout: 90_000,
}, async () => {
  for (const i of nodes.keys()) {
    const rest = nodes.filter((_, other) => other !== i);
    const before = await nodes[i]!.finalHeight();
    await nodes[i]!.kill();
    running.delete(nodes[i]!);
    const back = validator(net, i);
    nodes[i] = back;
    await rest[0]!.final(before + 2);
    await back.up();
    assert.ok((await back.finalHeight()) >= before, "nothing final is lost");
    await back.final((await rest[0]!.finalHeight()) + 1);
  }
});

describe("late nodes", { concurrency: true }, () => {
  test("a late node joins by mDNS on the word of three peers, keeps its identity, and has the same state (I45, I47)", {
    timeout: 60_000,
  }, async () => {
    const { chainName } = net.genesis.record;
    const args = ["--chain", chainName, "--base-path", join(dir, "late")];
    const late = await start(...args).up();
    const height = await nodes[0]!.finalHeight();
    await late.final(height);
    const roots = await Promise.all([late, ...nodes].map((node) => node.client.chain_getHeader(height)));
    assert.equal(new Set(roots.map(({ hash, stateRoot }) => `${hash} ${stateRoot}`)).size, 1);
    const { peerId } = late;
    await late.stop();
    const again = await start(...args).up();
    assert.equal(again.peerId, peerId);
    await again.final(height + 1);
    await again.stop();
  });

  test("a late node warps: it takes over a proven state and follows from there (12.12)", {
    timeout: 60_000,
  }, async () => {
    const { hash, record } = net.genesis;
    const path = join(dir, "warped");
    const args = ["--chain", record.chainName, "--base-path", path, "--genesis-hash", `0x${hash}`];
    const warped = await start(...args, "--sync", "warp").up();
    assert.match(warped.process.output, /warped: the state after a final block is proven/);
    const height = (await nodes[0]!.finalHeight()) + 1;
    await warped.final(height);
    await nodes[0]!.final(height);
    const [here, there] = await Promise.all([warped, nodes[0]!].map((node) => node.client.chain_getHeader(height)));
    assert.deepEqual(here, there);
    await assert.rejects(warped.client.chain_getBlock(1), { code: "NODE_ERROR" });
    await warped.stop();
    const again = await start(...args).up();
    await again.final(height + 1);
    await again.stop();
  });

  test("a node that is killed while it warps begins anew, and warps to the end (12.12 (5))", {
    timeout: 60_000,
  }, async () => {
    const { hash, record } = net.genesis;
    const args = ["--chain", record.chainName, "--base-path", join(dir, "cut"), "--genesis-hash", `0x${hash}`];
    const cut = start(...args, "--sync", "warp");
    // What follows this line is the warp.
    await waitUntil("it warps", 30_000, () => cut.lines().some(({ msg }) => msg === "joined"));
    await cut.kill();
    const whole = await start(...args, "--sync", "warp").up();
    const height = (await nodes[0]!.finalHeight()) + 1;
    await whole.final(height);
    const [here, there] = await Promise.all([whole, nodes[0]!].map((node) => node.client.chain_getHeader(height)));
    assert.deepEqual(here, there);
    await whole.stop();
  });
});

test("beside a running node: blocks are exported; its chain, its port and its folder are its own (15)", {
  timeout: 60_000,
}, async () => {
  const { basePath, account } = net.nodes[0]!;
  const output = join(dir, "blocks.json");
  const fails = async (pattern: RegExp, code: number, run: KratosProcess) => {
    assert.equal(await run.exited(), code, run.output);
    assert.match(run.output, pattern);
    assert.match(run.output, /\nhint: /);
  };
  const to = ["--to", "2", "--format", "json", "-d", basePath];
  const exported = new KratosProcess("export", "-o", output, ...to);
  const taken = new LocalNode(
    "--chain",
    net.recordFile,
    "--base-path",
    join(dir, "port"),
    "--no-mdns",
    "--genesis",
    ...["--rpc-port", new URL(nodes[0]!.client.url).port],
  );
  await Promise.all([
    exported.exited(),
    fails(/another process|lock/i, 1, new KratosProcess("purge", "-y", "-d", basePath)),
    fails(/another process|lock/i, 1, validator(net, 0).process),
    fails(/cannot listen/, 1, taken.process),
  ]);
  const blocks = JSON.parse(readFileSync(output, "utf8"));
  assert.deepEqual(
    blocks.map(({ number }: { number: number }) => number),
    [0, 1, 2],
  );
  assert.equal(blocks[0].hash, `0x${net.genesis.hash}`);
  await fails(/exists already/, 1, new KratosProcess("export", "-o", output, ...to));
  const { validators } = await nodes[0]!.client.validator_getSet();
  assert.ok(validators.some(({ id }) => id === account));
});

test("a node with another pin, and another chain of the same name on this computer, stay apart (12.8, 12.10)", {
  timeout: 60_000,
}, async () => {
  const { chainName } = net.genesis.record;
  const plan = { dir: join(dir, "stranger"), n: 1, slotSeconds: 1, slotsPerEpoch: 10, senders: 0, chainName };
  const stranger = validator(prepareKratosNet(plan), 0, "--genesis");
  assert.equal(await pinned.process.exited(), 1);
  assert.match(pinned.process.output, /error: .*\nhint: /);
  await stranger.up();
  await waitUntil("they ban each other", 20_000, () =>
    [stranger, ...nodes].some((node) => node.process.output.includes("a peer is banned")),
  );
  await nodes[0]!.final((await nodes[0]!.finalHeight()) + 1);
  const own = await nodes[0]!.client.system_peers();
  assert.ok(!own.peers.includes(stranger.peerId));
  assert.equal((await stranger.client.system_health()).peerCount, 0);
  await stranger.stop();
});

test("no slot was ever signed twice, whatever was killed when (I14)", { timeout: 60_000 }, async () => {
  const final = await nodes[0]!.finalHeight();
  await Promise.all(nodes.map((node) => node.final(final)));
  await Promise.all(nodes.map((node) => node.stop()));
  const again = validator(net, 0, "--genesis").process;
  assert.equal(await again.exited(), 2, "a chain is begun once (12.10)");
  assert.match(again.output, /holds a chain already.*\nhint: /);
  const signed = new Map<string, Digest>();
  for (const { basePath } of net.nodes) {
    const data = (await openChainData(dataDirectory(basePath).db, { readOnly: true }))!;
    for (const [, bytes] of data.storage.store.range(chainTables.blocks, { limit: 100_000 })) {
      const block = decodeKce(kceBlock(kratosCodec), bytes, 1 << 28);
      assert.ok(block.ok);
      const { author, slot, number } = block.value.header;
      const [key, hash] = [`${author} ${slot}`, blockHash(block.value.header)];
      assert.equal(signed.get(key) ?? hash, hash, `two blocks for slot ${slot}`);
      if (number > 0) signed.set(key, hash);
    }
    await data.storage.close();
  }
  assert.ok(signed.size >= final);
  for (const { basePath, account } of net.nodes) {
    const store = await openProducerStore(dataDirectory(basePath), net.genesis.hash, account);
    for (const [key, value] of store.store.range(producerTableNames[0]!, { limit: 100_000 })) {
      const slot = Number(Buffer.from(key).readBigUInt64BE());
      const made = signed.get(`${account} ${slot}`);
      assert.ok(made === undefined || made === Buffer.from(value).toString("hex"), `slot ${slot}`);
      signed.delete(`${account} ${slot}`);
    }
    await store.close();
  }
  assert.equal(signed.size, 0, "every block was recorded before it left");
});
