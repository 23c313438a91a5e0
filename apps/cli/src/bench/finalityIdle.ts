import { availableParallelism } from "node:os";
import { join } from "node:path";
import { measureCriticalPath } from "./criticalPath.ts";
import { measureJournalAppend } from "./journalAppend.ts";
import { measureLoopbackHop } from "./loopbackHop.ts";
import { freshNetwork, runNetwork } from "./network.ts";
import { round } from "./timeIt.ts";
import type { Benchmark } from "./types.ts";

const N = 6;
const LIMIT = 3;

/** Finality of a network that has nothing to do, against the cryptography and the hops that it cannot avoid. */
export const finalityIdle: Benchmark = {
  name: "finality-idle",
  run: async (context) => {
    const network = await freshNetwork(context, N);
    const seconds = context.quick ? 8 : 20;
    const report = await runNetwork(context, network, {
      ...{ ratePerSecond: 0, inFlightMax: 1, seconds },
      warmUpSeconds: context.quick ? 2 : 10,
    });
    const cost = measureCriticalPath(N, 1, context.quick ? 60 : 200);
    const hopMs = await measureLoopbackHop(context.quick ? 500 : 2000);
    const journalMs = await measureJournalAppend(join(context.dir, "journal"), context.quick ? 40 : 200);
    const sumMs = (cost.leaderSignsUs + cost.replicaUs + cost.certificateUs) / 1000 + 2 * hopMs;
    // Replicas that share a core do the same work one after the other; the leader signs while they wait.
    const perCore = Math.ceil(N / availableParallelism());
    const sharedMs = (cost.leaderSignsUs + perCore * (cost.replicaUs + cost.certificateUs)) / 1000 + 2 * hopMs;
    const p50 = report.finalityMs.p50;
    const ratio = p50 === null ? null : round(p50 / sumMs, 2);
    return [
      {
        name: "Six processes on loopback, idle: finality",
        goal: "p50 at most 3x the BLS operations on the critical path plus two loopback hops of the same run",
        measured: {
          "finality p50 ms": p50,
          "finality p99 ms": report.finalityMs.p99,
          "leader's 2 signatures ms": round(cost.leaderSignsUs / 1000, 2),
          "replica's 2 checks and 1 signature ms": round(cost.replicaUs / 1000, 2),
          "certificate of 5 votes ms": round(cost.certificateUs / 1000, 2),
          "loopback hop ms": round(hopMs, 3),
          "sum ms": round(sumMs, 2),
          ratio,
          [`sum with ${perCore} replicas per core ms`]: round(sharedMs, 2),
          "ratio to it": p50 === null ? null : round(p50 / sharedMs, 2),
          "durable journal append ms": round(journalMs, 2),
          "finalized height": report.finalizedHeight,
          "nullified views": report.nullifiedViews,
        },
        met: ratio !== null && ratio <= LIMIT && report.stateRootsAgree,
        // R25 puts two durable appends on the path, which the goal's sum does not have.
        note: `${seconds} s of empty blocks after a warm-up; the sum is that of replicas with a core each, and leaves out that proposal and votes wait for the journal`,
      },
    ];
  },
};
