import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pause } from "../../localnet/pause.ts";
import { ValidatorProcess } from "../../localnet/validatorProcess.ts";
import { createKratosClient, type KratosClient } from "../client/createKratosClient.ts";
import { type KratosNetReport, kratosNetReport } from "./kratosNetReport.ts";
import { patiently, politeClient } from "./politeClient.ts";
import type { KratosNet } from "./prepareKratosNet.ts";
import { slotHeader } from "./slotTable.ts";
import { SlotWatch } from "./slotWatch.ts";
import { TransferLoad } from "./transferLoad.ts";

/** A local network to be run. */
export interface RunKratosNetOptions {
  readonly net: KratosNet;
  /** JSON-RPC of node i is on 127.0.0.1, this plus i. */
  readonly rpcPort: number;
  readonly ratePerSecond: number;
  /** Runs until the signal comes when undefined. */
  readonly durationS: number | undefined;
  readonly signal: AbortSignal;
  /** Lines for a person about the processes. */
  readonly say: (line: string) => void;
  /** Takes the table; nobody reads along when undefined. */
  readonly table: ((line: string) => void) | undefined;
  /** Told when all nodes answer. */
  readonly onUp?: () => void;
}

const PROGRAM = fileURLToPath(new URL("../../kratos.ts", import.meta.url));
const READY_MS = 60_000;
/** One process of several on one computer, with nothing large to keep. */
const HEAP = ["--max-old-space-size=512"];

/**
 * Starts one process per validator, sends transfers, and asks all of them at the end; every child has ended then.
 * @returns undefined when it was stopped before all nodes answered
 */
export async function runKratosNet(options: RunKratosNetOptions): Promise<KratosNetReport | undefined> {
  const { net, rpcPort, signal, ratePerSecond, say } = options;
  const nodes = net.nodes.map((_, i) => validator(options, i));
  const clients = net.nodes.map((_, i) => politeClient(createKratosClient(`http://127.0.0.1:${rpcPort + i}`)));
  const load = new TransferLoad(clients, net.senders, Uint8Array.fromHex(net.genesis.hash));
  try {
    for (const node of nodes) node.start();
    await allReady(nodes, signal);
    if (signal.aborted) return undefined;
    options.onUp?.();
    load.start(ratePerSecond);
    await watch(options, clients);
    await load.stop();
    return await patiently(
      () => kratosNetReport(net, clients),
      (ms) => {
        say("a node wants to be asked less often; the report comes in a few seconds");
        return sleep(ms);
      },
    );
  } finally {
    await load.stop();
    await Promise.all(nodes.map((node) => node.stop()));
  }
}

function validator({ net, rpcPort, say }: RunKratosNetOptions, index: number): ValidatorProcess {
  const { basePath, keyFile } = net.nodes[index]!;
  const args = [
    ...["run", "--chain", net.recordFile, "--base-path", basePath, "--name", `node${index}`],
    ...["--validator", "--validator-key", keyFile, "--port", "0", "--rpc-port", `${rpcPort + index}`],
    // All of them share one address.
    ...["--connections-per-ip", "256", "--json"],
  ];
  return new ValidatorProcess({
    program: PROGRAM,
    // A chain is begun once; a node that comes back goes on with its own.
    args: () => (existsSync(join(basePath, "db")) ? args : [...args, "--genesis"]),
    runtimeArgs: HEAP,
    ownGroup: true,
    logFile: join(basePath, "node.log"),
    onReady: () => undefined,
    onUnexpectedExit: (code, signal) =>
      say(`node ${index} ended (${signal ?? `code ${code}`}); starting it again; see ${join(basePath, "node.log")}`),
  });
}

async function allReady(nodes: readonly ValidatorProcess[], signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (nodes.some(({ ready }) => !ready) && !signal.aborted) {
    if (performance.now() > deadline) {
      throw new Error("the nodes did not come up in a minute; see their node.log files");
    }
    await pause(50, signal);
  }
}

async function watch(options: RunKratosNetOptions, clients: readonly KratosClient[]): Promise<void> {
  const { net, durationS, signal, table } = options;
  const slotMs = net.genesis.params.slotSeconds * 1_000;
  const end = durationS === undefined ? Number.POSITIVE_INFINITY : performance.now() + durationS * 1_000;
  table?.(slotHeader());
  const accounts = net.nodes.map(({ account }) => account);
  const slots = table && new SlotWatch(clients, accounts, table);
  while (!signal.aborted && performance.now() < end) {
    await pause(Math.max(1, Math.min(slotMs, end - performance.now())), signal);
    await slots?.look();
  }
}
