import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { genesisDocument } from "@polis/kairos";
import { stringify } from "smol-toml";
import { generateIdentity } from "../keys/identity.ts";
import { writeKeyFile } from "../keys/keyFile.ts";
import { NodeConfig } from "../library/nodeConfig.ts";
import { RpcNode } from "../library/rpcNode.ts";
import { pause } from "../localnet/pause.ts";
import { freePorts } from "./network.ts";
import { createPaymentFixture } from "./paymentFixture.ts";
import { writeSyncChain } from "./syncChain.ts";
import { round } from "./timeIt.ts";
import type { BenchContext, Benchmark, BenchResult } from "./types.ts";

const BLOCKS = 100_000;
const QUICK_BLOCKS = 5_000;
const ACCOUNTS = 1_000;
const GOAL_PER_S = 2_000;
const GIVE_UP_MS = 600_000;
/** One source stands for the several that a follower has: what each of them allows would be the measure otherwise. */
const SYNC_RATE = { sync_rate_per_second: 1_000 };
/** What a block of a quiet network holds. */
const SIZES = [0, 1];

/**
 * A new follower takes a chain from genesis to its head from one node in a process of its own, over a real link: it checks
 * links, bodies and certificates, executes every block, compares every root, and keeps everything on disk (L1, R28).
 */
export const followerSync: Benchmark = {
  name: "follower-sync",
  run: async (context) => {
    const results: BenchResult[] = [];
    const blocks = context.quick ? QUICK_BLOCKS : BLOCKS;
    for (const size of SIZES) if (!context.signal.aborted) results.push(await measureSync(context, size, blocks));
    return results;
  },
};

/** Makes a chain of so many blocks, serves it, follows it. */
export async function measureSync(
  context: BenchContext,
  paymentsPerBlock: number,
  blocks: number,
): Promise<BenchResult> {
  const { signal, say } = context;
  const dir = join(context.dir, `of-${paymentsPerBlock}`);
  const fixture = createPaymentFixture(6, ACCOUNTS);
  mkdirSync(dir, { recursive: true });
  const genesisPath = join(dir, "genesis.json");
  writeFileSync(genesisPath, JSON.stringify(genesisDocument(fixture.genesis)));
  say(`  making ${blocks.toLocaleString("en")} blocks with ${paymentsPerBlock} payments each`);
  const path = join(dir, "served");
  const bytes = await writeSyncChain({ fixture, path, blocks, paymentsPerBlock, signal });
  const { p2pPort } = await freePorts(1);
  const server = serve(context, dir, genesisPath, p2pPort);
  const config = NodeConfig.fromObject({
    genesis: { path: genesisPath },
    storage: { path: join(dir, "synced") },
    p2p: { listen_addr: "127.0.0.1:0", bootnodes: [`${server.key}@127.0.0.1:${p2pPort}`], ...SYNC_RATE },
    jsonrpc: { enabled: false },
    rpc: { enabled: false },
  });
  const node = await RpcNode.fromConfig(config, undefined, { log: () => undefined });
  try {
    const cpu = process.cpuUsage();
    const ms = await untilSynced(node, blocks, server.child, signal);
    const { user, system } = process.cpuUsage(cpu);
    return row(paymentsPerBlock, blocks, bytes, ms, (user + system) / 1000);
  } finally {
    await node.shutdown(30_000);
    await stop(server.child);
  }
}

/** Starts the node that has the chain: a follower that others may ask. */
function serve({ program }: BenchContext, dir: string, genesisPath: string, port: number) {
  const { ed25519 } = generateIdentity();
  writeKeyFile(join(dir, "served.key"), ed25519);
  const sections = {
    genesis: { path: genesisPath },
    storage: { path: "served" },
    p2p: {
      ...{ listen_addr: `127.0.0.1:${port}`, rpc_mode: true },
      ...{ ...SYNC_RATE, sync_bandwidth_percent: 100 },
    },
    jsonrpc: { enabled: false },
    rpc: { enabled: false },
    identity: { ed25519_secret_key_path: "served.key" },
    workers: { signature: 0 },
  };
  const file = join(dir, "served.toml");
  writeFileSync(file, stringify(sections));
  const child = spawn(process.execPath, [program, "rpc-run", "--config", file], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  return { child, key: ed25519.publicKey.toHex() };
}

/** @returns milliseconds from the first block to the last one. */
async function untilSynced(node: RpcNode, blocks: number, server: ChildProcess, signal: AbortSignal): Promise<number> {
  const from = performance.now();
  let firstMs: number | undefined;
  while (node.finalizedHeight < blocks) {
    if (signal.aborted) throw new Error("aborted");
    if (node.failure !== undefined) throw node.failure;
    if (server.exitCode !== null) throw new Error("the node that serves the chain has ended");
    if (performance.now() - from > GIVE_UP_MS) throw new Error(`only ${node.finalizedHeight} blocks came`);
    if (node.finalizedHeight > 0) firstMs ??= performance.now();
    await pause(20, signal);
  }
  return performance.now() - (firstMs ?? from);
}

function row(payments: number, blocks: number, bytes: number, ms: number, cpuMs: number): BenchResult {
  const perSecond = (blocks / ms) * 1000;
  return {
    name: `Follower sync from genesis, ${payments === 0 ? "empty blocks" : "one payment per block"}`,
    goal: "100,000 blocks with verification on: at least 2,000 blocks/s with small blocks",
    measured: {
      "blocks/s": Math.round(perSecond),
      blocks,
      "bytes per block": Math.round(bytes / blocks),
      "follower CPU us per block": Math.round((cpuMs * 1000) / blocks),
      seconds: round(ms / 1000, 1),
    },
    met: perSecond >= GOAL_PER_S,
    note: "one source in a process of its own; each block executed, one certificate in 64 blocks verified, all of it on disk",
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGINT");
  await ended;
}
