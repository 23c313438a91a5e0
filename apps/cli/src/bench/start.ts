import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createRpcClient, type RpcClient } from "../localnet/load/rpcClient.ts";
import { pause } from "../localnet/pause.ts";
import { finalHeight } from "./finalHeight.ts";
import { freePorts } from "./network.ts";
import { round } from "./timeIt.ts";
import type { BenchContext, Benchmark } from "./types.ts";

const GOAL_MS = 15_000;
const GIVE_UP_MS = 60_000;
const POLL_MS = 50;
const STOP_MS = 20_000;

/** `npm start` as a newcomer types it, apart from npm itself: from nothing to the first finalized payment. */
export const start: Benchmark = {
  name: "start",
  run: async (context) => {
    const ports = await freePorts(6);
    const from = performance.now();
    const child = startLocalnet(context, ports);
    let ms: number | undefined;
    try {
      ms = await untilFirstPayment(ports.rpcPort, from, child, context.signal);
    } finally {
      await stop(child);
    }
    return [
      {
        name: "`npm start` after install: until the first finalized payment",
        goal: "under 15 s",
        measured: { "first finalized payment s": ms === undefined ? null : round(ms / 1000, 2) },
        met: ms !== undefined && ms < GOAL_MS,
        note: "keys, genesis and six processes included; 50 payments a second offered",
      },
    ];
  },
};

function startLocalnet({ dir, program }: BenchContext, ports: Awaited<ReturnType<typeof freePorts>>): ChildProcess {
  const flags = { n: 6, rate: 50, dir: join(dir, "net"), ...asFlags(ports) };
  const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return spawn(process.execPath, [program, "localnet", ...words, "--json"], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

function asFlags({ rpcPort, p2pPort, metricsPort }: Awaited<ReturnType<typeof freePorts>>) {
  return { "rpc-port": rpcPort, "p2p-port": p2pPort, "metrics-port": metricsPort, "grpc-port": 0 };
}

/** @returns milliseconds from `from` until validator 0 has finalized a block with a payment, or undefined. */
async function untilFirstPayment(
  port: number,
  from: number,
  child: ChildProcess,
  signal: AbortSignal,
): Promise<number | undefined> {
  const client = createRpcClient(port);
  let seen = 0;
  try {
    while (performance.now() - from < GIVE_UP_MS && child.exitCode === null && !signal.aborted) {
      const height = (await finalHeight(client)) ?? 0;
      for (; seen < height; seen++) if (await hasPayment(client, seen + 1)) return performance.now() - from;
      await pause(POLL_MS, signal);
    }
    return undefined;
  } finally {
    client.close();
  }
}

async function hasPayment(client: RpcClient, height: number): Promise<boolean> {
  const [answer] = await client.batch([
    { method: "eth_getBlockByNumber", params: [`0x${height.toString(16)}`, false] },
  ]);
  const block = answer?.ok ? (answer.result as { readonly transactions?: readonly unknown[] } | null) : null;
  return (block?.transactions?.length ?? 0) > 0;
}

/** Asks the network to end, as Ctrl-C does; by force when it does not. Its validators end with it in both cases. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGINT");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(force);
}
