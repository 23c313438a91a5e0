import { freshNetwork, runNetwork } from "../network.ts";
import { round } from "../timeIt.ts";
import type { BenchContext, Benchmark, BenchResult } from "../types.ts";
import { type AnvilNode, rpc, startAnvil } from "./anvilNode.ts";
import { type HttpLoad, httpLoad } from "./httpLoad.ts";

const CONNECTIONS = 32;
/** Transactions a second while the servers answer, on both. */
const RATE = 50;
/** Reads ten slots and hashes 64 bytes: about what a balance or an allowance of a proxied token takes. */
const reader = `0x${Array.from({ length: 10 }, (_, i) => `60${i.toString(16).padStart(2, "0")}5450`).join("")}60405f205f5260205ff3`;
const target = `0x${"ca".repeat(20)}`;
const logging = `0x${"10".repeat(20)}`;

/** Reads over HTTP while blocks are produced, on a validator and on `anvil`. */
export const rpcReads: Benchmark = {
  name: "rpc-reads",
  run: async (context) => {
    const seconds = context.quick ? 2 : 8;
    const ours = await onValidator(context, seconds);
    const theirs = await onAnvil(seconds);
    return [...ours].map(([method, load]) => row(method, load, theirs.get(method)));
  },
};

type Loads = ReadonlyMap<string, HttpLoad>;

async function onValidator(context: BenchContext, seconds: number): Promise<Loads> {
  const network = await freshNetwork(context, 1);
  const port = network.nodes[0]!.rpcPort;
  const account = `0x${network.accounts[0]!.addressHex}`;
  let loads: Promise<Loads> | undefined;
  await runNetwork(context, network, {
    ...{ ratePerSecond: RATE, inFlightMax: 200, warmUpSeconds: 3, seconds: 3 * seconds + 5 },
    observer: {
      onMeasure: () => {
        loads = reads(port, account, 20, seconds);
      },
    },
  });
  if (loads === undefined) throw new Error("the network ended before it was measured");
  return loads;
}

async function onAnvil(seconds: number): Promise<Loads> {
  const anvil = await startAnvil("--block-time", "1");
  if (anvil === undefined) return new Map();
  const stop = new AbortController();
  try {
    const [account] = (await anvil.call("eth_accounts", [])) as readonly string[];
    // LOG1 of a topic and 32 bytes, for every transaction.
    await anvil.call("anvil_setCode", [logging, "0x600160205fa100"]);
    const sending = send(anvil, account!, stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const loads = await reads(Number(new URL(anvil.url).port), account!, 1, seconds);
    stop.abort();
    await sending;
    return loads;
  } finally {
    await anvil.stop();
  }
}

async function send(anvil: AnvilNode, from: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await anvil.call("eth_sendTransaction", [{ from, to: logging, gas: "0xffff" }]);
    await new Promise((resolve) => setTimeout(resolve, 1000 / RATE));
  }
}

/** @param blocks how many of the newest blocks hold about fifty logs */
async function reads(port: number, account: string, blocks: number, seconds: number): Promise<Loads> {
  const url = `http://127.0.0.1:${port}`;
  const override = { [target]: { code: reader } };
  const call = () => [{ to: target, gas: "0x186a0" }, "latest", override];
  const loads = new Map<string, HttpLoad>();
  loads.set("eth_call", await httpLoad(port, "eth_call", call, CONNECTIONS, seconds));
  loads.set("eth_getBalance", await httpLoad(port, "eth_getBalance", () => [account, "latest"], CONNECTIONS, seconds));
  const tip = Number(await rpc(url, "eth_blockNumber", []));
  const range = { fromBlock: `0x${Math.max(0, tip - blocks).toString(16)}`, toBlock: `0x${tip.toString(16)}` };
  loads.set("eth_getLogs", await httpLoad(port, "eth_getLogs", () => [range], CONNECTIONS, seconds));
  return loads;
}

function row(method: string, ours: HttpLoad, theirs: HttpLoad | undefined): BenchResult {
  return {
    name: `${method} over HTTP, ${CONNECTIONS} connections`,
    goal: "printed, with anvil in the same run",
    measured: {
      "requests/s": ours.perSecond,
      "p50 ms": round(ours.p50Ms),
      "p99 ms": round(ours.p99Ms),
      errors: ours.errors,
      "anvil requests/s": theirs?.perSecond ?? null,
      "anvil p99 ms": theirs === undefined ? null : round(theirs.p99Ms),
    },
    met: ours.errors === 0 ? undefined : false,
    note: `${RATE} transactions a second meanwhile; the client shares the 2 cores with the node`,
  };
}
