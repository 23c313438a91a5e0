import type { LocalnetReport } from "../localnet/runLocalnet.ts";
import { freePorts, type NetworkLoad, networkAt, type PortBases, runNetwork } from "./network.ts";
import { quantile } from "./stats.ts";
import type { BenchContext } from "./types.ts";

/** Ends what was started beside a network. */
export type Stop = () => Promise<void>;

/** A network under load, with and without something beside it. */
export interface AlternatePlan {
  readonly n: number;
  readonly load: Omit<NetworkLoad, "observer" | "visualizers" | "env">;
  /** Pairs of runs. */
  readonly rounds: number;
  /** Environment of the validators that `beside` needs, such as an interface that is on. */
  readonly onEnv?: Readonly<Record<string, string>>;
  /** Environment of the runs without it. */
  readonly offEnv?: Readonly<Record<string, string>>;
  readonly grpc?: boolean;
  readonly visualizer?: boolean;
  /** Starts what is measured when all validators answer: clients, streams, attackers. */
  readonly beside: (ports: PortBases) => Promise<Stop>;
}

/** The reports of both kinds of run, in order. */
export interface Alternated {
  readonly off: readonly LocalnetReport[];
  readonly on: readonly LocalnetReport[];
}

/**
 * Runs the same load with and without something, in turn: other work on the machine disturbs both alike.
 * Each run has a fresh network. In quick runs there is one pair.
 */
export async function alternate(context: BenchContext, plan: AlternatePlan): Promise<Alternated> {
  const off: LocalnetReport[] = [];
  const on: LocalnetReport[] = [];
  const rounds = context.quick ? 1 : plan.rounds;
  for (let i = 0; i < rounds && !context.signal.aborted; i++) {
    // Every second pair begins with the other kind, so that warm caches favour neither.
    for (const isOn of i % 2 === 0 ? [false, true] : [true, false]) {
      const report = await runOnce(context, plan, isOn);
      (isOn ? on : off).push(report);
      const { paymentsPerSecond, paymentFinalityMs } = report;
      context.say(`${isOn ? "with" : "without"}: ${paymentsPerSecond} payments/s, p99 ${paymentFinalityMs.p99} ms`);
    }
  }
  return { off, on };
}

async function runOnce(context: BenchContext, plan: AlternatePlan, isOn: boolean): Promise<LocalnetReport> {
  const ports = await freePorts(plan.n);
  const network = networkAt(context, plan.n, { ...ports, grpcPort: isOn && plan.grpc === true ? ports.grpcPort : 0 });
  let beside: Promise<Stop> | undefined;
  const report = await runNetwork(context, network, {
    ...plan.load,
    ...(context.quick ? { seconds: 6, warmUpSeconds: 2 } : {}),
    ...(isOn && plan.visualizer === true
      ? { visualizers: Array.from({ length: plan.n }, (_, i) => ports.visualizerPort + i) }
      : {}),
    env: (isOn ? plan.onEnv : plan.offEnv) ?? {},
    observer: {
      onUp: () => {
        if (isOn) beside = plan.beside(ports);
      },
    },
  });
  await (await beside)?.();
  return report;
}

/** Median over the runs of one kind; undefined when a run has no figure. */
export function medianOf(reports: readonly LocalnetReport[], figure: (report: LocalnetReport) => number | null) {
  const values = reports.map(figure).filter((value) => value !== null);
  return values.length === reports.length && values.length > 0 ? quantile(values, 0.5) : undefined;
}
