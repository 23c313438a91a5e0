import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import type { Benchmark, BenchResult } from "./types.ts";

export interface BenchReport {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGib: number; readonly node: string };
  readonly quick: boolean;
  readonly results: readonly BenchResult[];
}

export interface BenchRunOptions {
  readonly benchmarks: readonly Benchmark[];
  readonly only: readonly string[];
  readonly quick: boolean;
  readonly program: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Runs the benchmarks one after the other, each in an empty folder of its own. */
export async function runBench(options: BenchRunOptions): Promise<BenchReport> {
  const results: BenchResult[] = [];
  const chosen = options.benchmarks.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  for (const [i, benchmark] of chosen.entries()) {
    if (options.signal.aborted) break;
    options.say(`[${i + 1}/${chosen.length}] ${benchmark.name}`);
    const dir = await mkdtemp(join(tmpdir(), "kairos-bench-"));
    try {
      const { quick, program, say, signal } = options;
      results.push(...(await benchmark.run({ quick, program, say, signal, dir })));
    } finally {
      await rm(dir, { recursive: true, force: true });
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
    const figures = Object.entries(result.measured).map(([name, value]) => `${name} ${value}`);
    const verdict = result.met === undefined ? "printed" : result.met ? "met" : "missed";
    return `| ${result.name} | ${result.goal} | ${figures.join("; ")} | ${verdict} | ${result.note ?? ""} |`;
  });
  return [
    `Machine: ${cpu}, ${cores} cores, ${memoryGib} GiB, Node ${node}${report.quick ? " (quick run)" : ""}`,
    "",
    "| Work | Goal | Measured | | Note |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}
