import { MIN_TRACES_FOR_RATES, TRACE_STEPS, WITNESSES } from "./plan.ts";
import { quint } from "./quint.ts";

/** How a batch of random traces of one configuration went. */
export interface TraceResult {
  readonly ok: boolean;
  readonly output: string;
  /** Percent of the traces in which a witness came true. */
  readonly rates: ReadonlyMap<string, number>;
  /** Witnesses below their minimum; empty when too few traces were run to judge. */
  readonly tooRare: readonly string[];
}

/**
 * Runs guided random traces with all invariants.
 *
 * @param configuration a module of configurations.qnt
 * @param traces how many
 * @param seed a positive integer; the same seed gives the same traces
 */
export async function runTraces(configuration: string, traces: number, seed: number): Promise<TraceResult> {
  const names = Object.keys(WITNESSES);
  const { ok, output } = await quint([
    "run",
    "configurations.qnt",
    "--backend=typescript",
    `--main=${configuration}`,
    "--step=guided",
    "--invariant=safe",
    `--max-steps=${TRACE_STEPS}`,
    `--max-samples=${traces}`,
    `--seed=0x${seed.toString(16)}`,
    "--verbosity=1",
    "--witnesses",
    ...names,
  ]);
  const rates = new Map(names.map((name) => [name, rateOf(output, name)]));
  const judged = traces >= MIN_TRACES_FOR_RATES ? names : [];
  const tooRare = judged.filter((name) => {
    const { percent, leaderOnly } = WITNESSES[name]!;
    return rates.get(name)! < percent && (!leaderOnly || configuration === "leaderFaulty");
  });
  return { ok: ok && output.includes("No violation found"), output, rates, tooRare };
}

function rateOf(output: string, witness: string): number {
  return Number(new RegExp(`^${witness} was witnessed in .*\\((\\d+\\.\\d+)%\\)`, "m").exec(output)?.[1] ?? 0);
}
