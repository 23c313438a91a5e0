import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { type BenchRunOptions, renderBench, runBench } from "./runBench.ts";
import type { Benchmark } from "./types.ts";

const row = { name: "a row", goal: "a goal", measured: { "time ms": 3, other: null }, met: true };
const good: Benchmark = { name: "good", run: async () => [row] };
const bad: Benchmark = { name: "bad", run: () => Promise.reject(new Error("a | pipe\nand a line")) };

function options(benchmarks: readonly Benchmark[], changes: Partial<BenchRunOptions> = {}): BenchRunOptions {
  const { signal } = new AbortController();
  return { benchmarks, only: [], quick: true, hour: false, program: "none", say: () => undefined, signal, ...changes };
}

test("a benchmark that fails is a missed row, and the others still run", async () => {
  const report = await runBench(options([bad, good]));
  assert.deepEqual(
    report.results.map(({ met }) => met),
    [false, true],
  );
  const lines = renderBench(report).split("\n");
  assert.equal(lines.at(-2), "| bad |  |  | missed | failed: a \\| pipe and a line |");
  assert.equal(lines.at(-1), "| a row | a goal | time ms 3; other - | met |  |");
  assert.match(lines[0]!, /^Machine: .* cores, .* \(quick run\)$/);
});

test("only the wanted ones run, each in a folder of its own that is gone afterwards", async () => {
  const dirs: string[] = [];
  const look = (name: string): Benchmark => ({
    name,
    run: async ({ dir }) => {
      assert.ok(existsSync(dir));
      dirs.push(dir);
      return [{ ...row, name }];
    },
  });
  const report = await runBench(options([look("a"), look("b"), look("c")], { only: ["a", "c"] }));
  assert.deepEqual(
    report.results.map(({ name }) => name),
    ["a", "c"],
  );
  assert.equal(new Set(dirs).size, 2);
  assert.ok(dirs.every((dir) => !existsSync(dir)));
});

test("an interrupted benchmark leaves no figures, and none follows", async () => {
  const abort = new AbortController();
  const interrupted: Benchmark = {
    name: "interrupted",
    run: async () => {
      abort.abort();
      return [row];
    },
  };
  assert.deepEqual((await runBench(options([interrupted, good], { signal: abort.signal }))).results, []);
});
