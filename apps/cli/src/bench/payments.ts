import { availableParallelism } from "node:os";
import type { LoadKind } from "../localnet/load/loadAccounts.ts";
import type { LocalnetReport } from "../localnet/runLocalnet.ts";
import { bestWindow, type WindowTrial } from "./bestWindow.ts";
import { freshNetwork, runNetwork } from "./network.ts";
import { lowestRate } from "./stats.ts";
import { round } from "./timeIt.ts";
import type { BenchContext, Benchmark, BenchResult } from "./types.ts";
import { measureVerifyUs } from "./verifyCost.ts";

/** One row about payments at saturation. */
interface Saturation {
  readonly n: number;
  /** Payments of type 0x4b by default. */
  readonly load?: LoadKind;
  /** Payments in flight that are tried, by short runs before the long one. */
  readonly windows: readonly number[];
  readonly quickWindow: number;
  readonly seconds: number;
  readonly trialSeconds: number;
  readonly title: string;
  readonly goal: string;
  readonly goalPerSecond: number;
}

/** Far more than any of these networks can take: the number in flight is what holds the client back. */
const SATURATING_RATE = 20_000;
const P99_LIMIT_MS = 1000;
const WARM_UP_S = 8;
const WINDOW_MS = 10_000;

/** Six validators that share the cores of this machine. */
export const paymentsSix: Benchmark = saturation("payments-6", {
  n: 6,
  windows: [600, 1000],
  quickWindow: 600,
  seconds: 60,
  trialSeconds: 15,
  title: "Six processes, payments offered at saturation",
  goal: "at least 2,000 finalized payments/s for 60 s, p99 payment finality under 1 s; aim for half of the limit that Ed25519 verification sets",
  goalPerSecond: 2000,
});

/** One validator, whose signature thread has a core of its own. */
export const paymentsOne: Benchmark = saturation("payments-1", {
  n: 1,
  windows: [1000, 2000, 4000],
  quickWindow: 2000,
  seconds: 30,
  trialSeconds: 6,
  title: "One validator (n = 1, f = 0)",
  goal: "at least 8,000 finalized payments/s",
  goalPerSecond: 8000,
});

/** The same with native transfers of Ethereum's type 2, signed with secp256k1. */
export const transfersOne: Benchmark = saturation("transfers-1", {
  n: 1,
  load: "transfers",
  windows: [1000, 2000, 4000],
  quickWindow: 2000,
  seconds: 30,
  trialSeconds: 6,
  title: "Native transfers (type 2), one validator",
  goal: "at least 6,000 finalized transfers/s end to end",
  goalPerSecond: 6000,
});

function saturation(name: string, plan: Saturation): Benchmark {
  return {
    name,
    run: async (context) => {
      const inFlight = context.quick ? plan.quickWindow : (await choose(context, plan)).inFlight;
      const seconds = context.quick ? 10 : plan.seconds;
      const run = await saturate(context, plan, inFlight, seconds);
      return [row(plan, run, { inFlight, seconds, verifyUs: measureVerifyUs(context.quick ? 200 : 1000) })];
    },
  };
}

async function choose(context: BenchContext, plan: Saturation): Promise<WindowTrial> {
  const trials: WindowTrial[] = [];
  for (const inFlight of plan.windows) {
    const { report } = await saturate(context, plan, inFlight, plan.trialSeconds);
    const { paymentsPerSecond, paymentFinalityMs } = report;
    trials.push({ inFlight, paymentsPerSecond, p99Ms: paymentFinalityMs.p99 });
    context.say(`${inFlight} in flight: ${paymentsPerSecond} payments/s, p99 ${paymentFinalityMs.p99} ms`);
    if (context.signal.aborted) break;
  }
  return bestWindow(trials, P99_LIMIT_MS);
}

interface SaturatedRun {
  readonly report: LocalnetReport;
  /** Payments final at validator 0 while it was measured. */
  readonly counts: readonly (readonly [atMs: number, count: number])[];
}

async function saturate(
  context: BenchContext,
  { n, load }: Saturation,
  inFlightMax: number,
  seconds: number,
): Promise<SaturatedRun> {
  const network = await freshNetwork(context, n, load);
  const counts: (readonly [atMs: number, count: number])[] = [];
  let measuring = false;
  const report = await runNetwork(context, network, {
    ...{ ratePerSecond: SATURATING_RATE, inFlightMax, seconds },
    warmUpSeconds: context.quick ? 3 : WARM_UP_S,
    observer: {
      onMeasure: () => {
        measuring = true;
      },
      onReport: (node, { finalizedPayments }) => {
        if (measuring && node === 0) counts.push([performance.now(), finalizedPayments]);
      },
    },
  });
  return { report, counts };
}

interface Conditions {
  readonly inFlight: number;
  readonly seconds: number;
  readonly verifyUs: number;
}

function row(plan: Saturation, { report, counts }: SaturatedRun, conditions: Conditions): BenchResult {
  const { inFlight, seconds, verifyUs } = conditions;
  const cores = availableParallelism();
  // Every replica checks every payment once.
  const limit = (cores * 1_000_000) / (plan.n * verifyUs);
  const lowest = lowestRate(counts, WINDOW_MS);
  const { p50, p99 } = report.paymentFinalityMs;
  const timely = plan.n === 1 || (p99 !== null && p99 < P99_LIMIT_MS);
  return {
    name: plan.title,
    goal: plan.goal,
    measured: {
      "payments/s": report.paymentsPerSecond,
      "lowest of any 10 s payments/s": lowest === undefined ? null : Math.round(lowest),
      "payment finality p50 ms": p50,
      "payment finality p99 ms": p99,
      "in flight": inFlight,
      "Ed25519 check us": round(verifyUs),
      "limit of Ed25519 payments/s": Math.round(limit),
      "share of the limit": round(report.paymentsPerSecond / limit, 2),
      "processor us per payment and validator": report.cpuUsPerPayment,
      "bytes between validators per payment": report.bytesPerPayment,
      refused: report.refused,
      "nullified views": report.nullifiedViews,
      "state roots agree": report.stateRootsAgree,
    },
    met: report.paymentsPerSecond >= plan.goalPerSecond && timely && report.stateRootsAgree,
    note: `${seconds} s after a warm-up; the client that signs and submits runs on the same ${cores} cores`,
  };
}
