import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import type { BenchContext, Benchmark, BenchResult } from "./types.ts";

export interface BenchReport {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGib: number; readonly node: string };
  readonly quick: boolean;
  readonly results: readonly BenchResult[];
}

export interface BenchRunOptions extends Omit<BenchContext, "dir"> {
  readonly benchmarks: readonly Benchmark[];
  /** Names of the benchmarks to run; all of them when empty. */
  readonly only: readonly string[];
}

/**
 * Runs the benchmarks one after the other, each in an empty folder of its own. One that fails becomes a row that says so:
 * the figures of the others are worth keeping.
 */
export async function runBench(options: BenchRunOptions): Promise<BenchReport> {
  const { benchmarks, only, ...context } = options;
  const results: BenchResult[] = [];
  const chosen = benchmarks.filter(({ name }) => only.length === 0 || only.includes(name));
  for (const [i, benchmark] of chosen.entries()) {
    if (context.signal.aborted) break;
    context.say(`[${i + 1}/${chosen.length}] ${benchmark.name}`);
    const dir = await mkdtemp(join(tmpdir(), "kairos-bench-"));
    try {
      const rows = await benchmark.run({ ...context, dir });
      // A run that was cut short has figures of nothing.
      if (!context.signal.aborted) results.push(...rows);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      results.push({ name: benchmark.name, goal: "", measured: {}, met: false, note: `failed: ${message}` });
    } finally {
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    }
  }
  return { machine: describeMachine(), quick: options.quick, results };
}

function describeMachine(): BenchReport["machine"] {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}

/** The report as a Markdown table for people and for docs/performance.md. */
export function renderBench(report: BenchReport): string {
  const { cpu, cores, memoryGib, node } = report.machine;
  const rows = report.results.map((result) => {
    const figures = Object.entries(result.measured).map(([name, value]) => `${name} ${value ?? "-"}`);
    const verdict = result.met === undefined ? "printed" : result.met ? "met" : "missed";
    const cells = [result.name, result.goal, figures.join("; "), verdict, result.note ?? ""];
    return `| ${cells.map(cellText).join(" | ")} |`;
  });
  return [
    `Machine: ${cpu}, ${cores} cores, ${memoryGib} GiB, Node ${node}${report.quick ? " (quick run)" : ""}`,
    "",
    "| Work | Goal | Measured | | Note |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** A message of an error may hold what would end a cell or a row. */
function cellText(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
}
