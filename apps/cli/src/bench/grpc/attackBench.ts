import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { alternate, medianOf } from "../alternate.ts";
import { round } from "../timeIt.ts";
import type { Benchmark } from "../types.ts";

const program = fileURLToPath(new URL("../../testing/listenerAttack.ts", import.meta.url));
const load = { ratePerSecond: 50, inFlightMax: 600, seconds: 15, warmUpSeconds: 5 };
const maxAttackMs = 120_000;

/** What attackers of all listeners do to finality: payments on one validator, alone and under attack. */
export const listenerAttacks: Benchmark = {
  name: "attacks",
  run: async (context) => {
    let streams = 0;
    const { off, on } = await alternate(context, {
      ...{ n: 1, load, rounds: 2, grpc: true, visualizer: true },
      beside: async ({ grpcPort, rpcPort, visualizerPort, metricsPort }) => {
        const ports = [grpcPort, rpcPort, visualizerPort, metricsPort].map(String);
        const attacker = spawn(process.execPath, [program, ...ports, `${maxAttackMs}`], {
          stdio: ["pipe", "pipe", "inherit"],
        });
        let report = "";
        attacker.stdout.setEncoding("utf8").on("data", (text: string) => {
          report += text;
        });
        const ended = once(attacker, "exit");
        return async () => {
          attacker.stdin.end();
          await ended;
          streams += (JSON.parse(report) as Record<string, number>)["subscription 8"] ?? 0;
        };
      },
    });
    const p99 = (reports: typeof off) => medianOf(reports, ({ finalityMs }) => finalityMs.p99);
    const [without, beside] = [p99(off), p99(on)];
    return [
      {
        name: "Finality while gRPC, JSON-RPC, visualizer and metrics are attacked",
        goal: "printed: goes on, with bounded memory",
        measured: {
          "finality p99 alone ms": without ?? null,
          "finality p99 under attack ms": beside ?? null,
          "payment p99 alone ms": medianOf(off, ({ paymentFinalityMs }) => paymentFinalityMs.p99) ?? null,
          "payment p99 under attack ms": medianOf(on, ({ paymentFinalityMs }) => paymentFinalityMs.p99) ?? null,
          "memory alone MB": round(medianOf(off, ({ memoryMb }) => memoryMb.max) ?? Number.NaN),
          "memory under attack MB": round(medianOf(on, ({ memoryMb }) => memoryMb.max) ?? Number.NaN),
          "streams refused": streams,
        },
        met: beside === undefined || streams === 0 ? false : undefined,
        note: "rapid reset, CONTINUATION, pings, settings, bombs, 10,000 streams, slow and giant requests at once, from the same 2 cores",
      },
    ];
  },
};
