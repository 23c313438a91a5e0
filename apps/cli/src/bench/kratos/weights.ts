import { digest } from "@polis/codec";
import { KRAT } from "@polis/kratos";
import { type Participant, takeSnapshot } from "@polis/slots";
import { round, timeIt } from "../timeIt.ts";
import type { Benchmark } from "../types.ts";

const VALIDATORS = 101;
const MAX_MS = 5;

/** The snapshot of a full set: square roots, logarithms and products of 101 validators that differ in all of them. */
export const kratosWeights: Benchmark = {
  name: "kratos-weights",
  run: async ({ quick }) => {
    const participants = Array.from(
      { length: VALIDATORS },
      (_, i): Participant => ({
        account: digest(i.toString(16).padStart(64, "0")),
        stake: BigInt(25_000 + 9_000 * i) * KRAT + BigInt(i),
        ...{ credits: 1 + 49 * i, bootstrap: false, clock: i % 10 === 3 ? "Degraded" : "Healthy" },
      }),
    );
    const ms = timeIt(() => takeSnapshot(participants), quick ? 200 : 2_000) / 1_000;
    return [
      {
        name: "Weights of 101 validators",
        goal: "under 5 ms",
        measured: { ms: round(ms, 2) },
        met: ms < MAX_MS,
      },
    ];
  },
};
