import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seconds } from "@polis/codec";
import { createKratosClient, type KratosClient } from "../../kratos/client/createKratosClient.ts";
import { dataDirectory } from "../../kratos/data/dataDirectory.ts";
import { recordText } from "../../kratos/genesis/recordFile.ts";
import { pause } from "../../localnet/pause.ts";
import { ValidatorProcess } from "../../localnet/validatorProcess.ts";
import { freePorts } from "../network.ts";
import { round } from "../timeIt.ts";
import type { BenchContext, Benchmark } from "../types.ts";
import { produce } from "./catchUp.ts";
import { makeChain } from "./chainFixture.ts";

const VALIDATORS = 4;
const BLOCKS = 10_000;
const QUICK_BLOCKS = 1_500;
const SLOT_S = 6;
const GOAL_PER_S = 500;
const GIVE_UP_MS = 180_000;
/** Within what the interface answers: 100 requests in ten seconds. */
const POLL_MS = 200;
const READY_MS = 60_000;

/** One node serves a chain of empty blocks, another one in a process of its own takes it over loopback from genesis on. */
export const kratosSync: Benchmark = {
  name: "kratos-sync",
  run: async (context) => {
    const { dir, quick, say, signal } = context;
    const count = quick ? QUICK_BLOCKS : BLOCKS;
    const now = Math.floor(Date.now() / 1_000);
    const chain = makeChain(VALIDATORS, 0, seconds(now - (count + 100) * SLOT_S));
    const record = join(dir, "chain.json");
    writeFileSync(record, recordText(chain.genesis.record));
    const [served, synced] = [join(dir, "served"), join(dir, "synced")];
    for (const path of [served, synced]) mkdirSync(path);
    say(`  making ${count} blocks`);
    await produce(chain, dataDirectory(served).db, count, signal);
    const { rpcPort } = await freePorts(2);
    const source = await startNode(context, [record, served], rpcPort, []);
    try {
      const { localPeerId, listeningAddresses } = (await source.client.system_info()).network;
      const address = listeningAddresses.find((text) => text.startsWith("/ip4/127.0.0.1/tcp/"))!;
      const bootnode = address.includes("/p2p/") ? address : `${address}/p2p/${localPeerId}`;
      const follower = await startNode(context, [record, synced], rpcPort + 1, ["--bootnode", bootnode]);
      try {
        const { blocks, ms } = await follow(follower.client, count, context);
        const perSecond = (blocks * 1_000) / ms;
        return [
          {
            name: "Sync of 10,000 empty blocks from one peer over loopback",
            goal: "at least 500 blocks/s",
            measured: { "blocks/s": round(perSecond), blocks, s: round(ms / 1_000) },
            met: perSecond >= GOAL_PER_S && blocks === count,
            note: "two processes on the same cores; from the first block to the last",
          },
        ];
      } finally {
        await follower.process.stop();
      }
    } finally {
      await source.process.stop();
    }
  },
};

interface RunningNode {
  readonly process: ValidatorProcess;
  readonly client: KratosClient;
}

async function startNode(
  { program, signal, dir }: BenchContext,
  [record, basePath]: readonly [string, string],
  rpcPort: number,
  more: readonly string[],
): Promise<RunningNode> {
  const args = ["run", "--chain", record, "--base-path", basePath, "--port", "0", "--no-mdns", "--json"];
  const process = new ValidatorProcess({
    ...{ program, args: [...args, "--rpc-port", `${rpcPort}`, ...more], logFile: join(dir, `node-${rpcPort}.log`) },
    onReady: () => undefined,
    onUnexpectedExit: () => undefined,
  });
  process.start();
  for (const from = performance.now(); !process.ready; ) {
    if (signal.aborted || performance.now() - from > READY_MS) {
      await process.stop();
      throw new Error("a node did not come up in a minute");
    }
    await pause(POLL_MS, signal);
  }
  return { process, client: createKratosClient(`http://127.0.0.1:${rpcPort}`) };
}

/** From the first block that the node has to the last; less when it stands still for too long. */
async function follow(client: KratosClient, count: number, { signal, say }: BenchContext) {
  const began = performance.now();
  let [first, firstMs, last, lastMs] = [0, began, 0, began];
  while (last < count && !signal.aborted && performance.now() - began < GIVE_UP_MS) {
    const info = await client.chain_getInfo().catch(() => undefined);
    const height = info?.height ?? 0;
    if (last === 0 && height > 0) [first, firstMs] = [height, performance.now()];
    if (height > last) {
      [last, lastMs] = [height, performance.now()];
      say(`  ${last} of ${count} blocks`);
    }
    await pause(POLL_MS, signal);
  }
  return { blocks: last, ms: Math.max(1, lastMs - (first === last ? began : firstMs)) };
}
