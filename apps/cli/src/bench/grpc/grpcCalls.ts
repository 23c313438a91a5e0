import { freePorts, networkAt, runNetwork } from "../network.ts";
import { quantile } from "../stats.ts";
import { round } from "../timeIt.ts";
import type { BenchContext, Benchmark, BenchResult } from "../types.ts";
import { leanCalls } from "./leanCalls.ts";
import { type LeanLoad, leanHttp } from "./leanHttp.ts";
import { cpuSecondsOf } from "./metricOf.ts";

const CONNECTIONS = 32;
/** Calls that one connection has open, as a client of gRPC has them; HTTP/1.1 has one. */
const MULTIPLEXED = 10;
const GOAL = 3;
const path = "/kairos.v1.AccountService/GetAccount";

interface Measured {
  readonly load: LeanLoad;
  /** Of the node, above what it takes without calls. */
  readonly cpuUs: number;
}

/** The same call over gRPC and over JSON-RPC, with the processor time that the node spends for each. */
export const grpcCalls: Benchmark = {
  name: "grpc-calls",
  run: async (context) => {
    const seconds = context.quick ? 2 : 8;
    const measured = await onValidator(context, seconds);
    return rows(measured);
  },
};

type Kind = "balance" | "batch" | "single" | "multiplexed";

async function onValidator(context: BenchContext, seconds: number): Promise<ReadonlyMap<Kind, Measured>> {
  const ports = await freePorts(1);
  const network = networkAt(context, 1, ports);
  let measuring: Promise<ReadonlyMap<Kind, Measured>> | undefined;
  await runNetwork(context, network, {
    ...{ ratePerSecond: 0, inFlightMax: 1, warmUpSeconds: 3, seconds: 5 * (seconds + 1) + 4 },
    env: { NODE_RPC__RATE_LIMIT_PER_SECOND: "0", NODE_JSONRPC__RATE_LIMIT_PER_SECOND: "0" },
    observer: {
      onMeasure: () => {
        measuring = measureAll(ports, network.accounts[0]!.addressHex, seconds);
      },
    },
  });
  if (measuring === undefined) throw new Error("the network ended before it was measured");
  return measuring;
}

async function measureAll(
  ports: Awaited<ReturnType<typeof freePorts>>,
  address: string,
  seconds: number,
): Promise<ReadonlyMap<Kind, Measured>> {
  const message = Buffer.concat([Buffer.of(10, 20), Buffer.from(address, "hex")]);
  const call = (id: number, method: string) => ({ jsonrpc: "2.0", id, method, params: [`0x${address}`, "latest"] });
  const facts = ["eth_getBalance", "eth_getTransactionCount", "eth_getCode"];
  const json = (body: object) => leanHttp(ports.rpcPort, JSON.stringify(body), '"result"', CONNECTIONS, seconds);
  const grpc = (inFlight: number) =>
    leanCalls(ports.grpcPort, path, message, { connections: CONNECTIONS, inFlight, seconds });
  const runs: readonly (readonly [Kind, () => Promise<LeanLoad>])[] = [
    ["balance", () => json(call(1, "eth_getBalance"))],
    ["single", () => grpc(1)],
    ["batch", () => json(facts.map((method, id) => call(id, method)))],
    ["multiplexed", () => grpc(MULTIPLEXED)],
  ];
  const idleS = await cpuPerSecond(
    ports.metricsPort,
    () => new Promise((resolve) => setTimeout(resolve, seconds * 500)),
  );
  const measured = new Map<Kind, Measured>();
  for (const [kind, run] of runs) {
    const startMs = performance.now();
    const before = await cpuSecondsOf(ports.metricsPort);
    const load = await run();
    const usedS = (await cpuSecondsOf(ports.metricsPort)) - before;
    const ownS = usedS - (idleS * (performance.now() - startMs)) / 1_000;
    measured.set(kind, { load, cpuUs: (ownS * 1e6) / Math.max(1, load.count) });
  }
  return measured;
}

async function cpuPerSecond(metricsPort: number, run: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  const before = await cpuSecondsOf(metricsPort);
  await run();
  return (((await cpuSecondsOf(metricsPort)) - before) * 1_000) / (performance.now() - startMs);
}

function rows(measured: ReadonlyMap<Kind, Measured>): readonly BenchResult[] {
  const [balance, batch, single, multiplexed] = (["balance", "batch", "single", "multiplexed"] as const).map(
    (kind) => measured.get(kind)!,
  ) as [Measured, Measured, Measured, Measured];
  const times = multiplexed.load.perSecond / balance.load.perSecond;
  const errors = [...measured.values()].reduce((sum, { load }) => sum + load.errors, 0);
  return [
    {
      name: `GetAccount over gRPC, ${CONNECTIONS} connections, against eth_getBalance over JSON-RPC`,
      goal: `>= ${GOAL} times the requests/s`,
      measured: {
        ...figures("gRPC", multiplexed),
        ...figures("gRPC, one call at a time", single),
        ...figures("JSON-RPC eth_getBalance", balance),
        ...figures("JSON-RPC batch of balance, nonce and code", batch),
        times: round(times),
        errors,
      },
      met: errors === 0 && times >= GOAL,
      note:
        `${MULTIPLEXED} calls of a connection at a time over gRPC, one over HTTP/1.1; both clients write frames by hand and ` +
        "share the 2 cores with the node; an answer of GetAccount has more in it than a balance",
    },
  ];
}

function figures(name: string, { load, cpuUs }: Measured): BenchResult["measured"] {
  return {
    [`${name}: requests/s`]: load.perSecond,
    [`${name}: p99 ms`]: round(quantile(load.timesMs, 0.99)),
    [`${name}: node µs/request`]: round(cpuUs),
  };
}
