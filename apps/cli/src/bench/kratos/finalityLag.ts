import { join } from "node:path";
import { createKratosClient, type KratosClient } from "../../kratos/client/createKratosClient.ts";
import { prepareKratosNet } from "../../kratos/localnet/prepareKratosNet.ts";
import { runKratosNet } from "../../kratos/localnet/runKratosNet.ts";
import { pause } from "../../localnet/pause.ts";
import { freePorts } from "../network.ts";
import { quantile } from "../stats.ts";
import { round } from "../timeIt.ts";
import type { Benchmark } from "../types.ts";

const NODES = 4;
const SECONDS = 100;
const QUICK_SECONDS = 40;
/** Until all nodes know each other and the first rounds are over. */
const WARM_UP_MS = 15_000;
const SAMPLE_MS = 500;
const MAX_LAG = 2;

/** Four nodes in processes of their own, slots of a second: how many slots the last final block is behind the head. */
export const kratosFinalityLag: Benchmark = {
  name: "kratos-finality-lag",
  run: async ({ dir, quick, signal, say }) => {
    const { rpcPort } = await freePorts(NODES);
    const net = prepareKratosNet({
      ...{ dir: join(dir, "net"), n: NODES, slotSeconds: 1, slotsPerEpoch: 600, senders: NODES },
    });
    const stop = new AbortController();
    const lags: number[] = [];
    let sampling: Promise<void> = Promise.resolve();
    const report = await runKratosNet({
      ...{ net, rpcPort, ratePerSecond: 1, durationS: quick ? QUICK_SECONDS : SECONDS, signal },
      ...{ say: (line) => say(`  ${line}`), table: undefined },
      onUp: () => {
        const clients = net.nodes.map((_, i) => createKratosClient(`http://127.0.0.1:${rpcPort + i}`));
        sampling = sample(clients, lags, stop.signal);
      },
    }).finally(() => {
      stop.abort();
      return sampling;
    });
    if (report === undefined) throw new Error("the network ended before it could be asked");
    const { height, finalizedHeight, missedSlots, stateRootsAgree } = report;
    const p99 = quantile(lags, 0.99);
    return [
      {
        name: "Finality lag, four nodes on loopback, slots of 1 s",
        goal: "at most 2 slots p99",
        measured: {
          ...{ "p50 slots": quantile(lags, 0.5), "p99 slots": p99, "mean slots": round(mean(lags), 2) },
          ...{ samples: lags.length, height, finalizedHeight, missedSlots, "state roots agree": stateRootsAgree },
        },
        met: p99 <= MAX_LAG && stateRootsAgree,
        note: "slot of the head less slot of the last final block, of every node twice a second",
      },
    ];
  },
};

/** Until the signal comes. A node whose final block has no slot known yet is left out of a round. */
async function sample(clients: readonly KratosClient[], lags: number[], signal: AbortSignal): Promise<void> {
  const slots = new Map<string, number>();
  await pause(WARM_UP_MS, signal);
  while (!signal.aborted) {
    await Promise.all(
      clients.map(async (client) => {
        const info = await client.chain_getInfo().catch(() => undefined);
        if (info === undefined) return;
        const { currentSlot, finalizedHash, finalizedHeight } = info;
        const known = slots.get(finalizedHash) ?? (await slotOf(client, finalizedHeight));
        if (known === undefined) return;
        slots.set(finalizedHash, known);
        lags.push(currentSlot - known);
      }),
    );
    await pause(SAMPLE_MS, signal);
  }
}

async function slotOf(client: KratosClient, number: number): Promise<number | undefined> {
  return (await client.chain_getHeader(number).catch(() => undefined))?.slot;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
