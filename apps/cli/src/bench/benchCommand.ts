import { type Command, InvalidArgumentError } from "commander";
import { renderBench, runBench } from "./runBench.ts";
import type { Benchmark } from "./types.ts";
import { type BenchTable, mergeReport, readTemplate, writeReport } from "./writeReport.ts";

/** What a program measures, and where its table belongs. */
export interface BenchSuite {
  readonly benchmarks: readonly Benchmark[];
  /** The program's entry file, for benchmarks that start processes. */
  readonly program: string;
  readonly table: BenchTable;
}

interface BenchFlags {
  readonly json?: boolean;
  readonly only: readonly string[];
  readonly quick?: boolean;
  readonly hour?: boolean;
  readonly write?: string;
}

/** The command `bench` of a program, with its flags. */
export function addBenchCommand(program: Command, suite: BenchSuite): Command {
  const names = suite.benchmarks.map(({ name }) => name).join(", ");
  return program
    .command("bench")
    .description("measure on this machine what the project promises, and print a table")
    .option("--only <names>", `run only these, separated by commas: ${names}`, (text) => namesOption(suite, text), [])
    .option("--quick", "shorter runs, for a look; not for publishing")
    .option("--write <file>", "replace the table between the markers of this Markdown file")
    .option("--json", "print one JSON object")
    .action((flags: BenchFlags) => run(suite, flags));
}

async function run({ benchmarks, program, table }: BenchSuite, flags: BenchFlags): Promise<void> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  // Once: simulations cannot be interrupted between two steps, and a second Ctrl-C ends the program at once.
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  // A file that cannot be written is a mistake to learn of before the minutes of measuring.
  if (flags.write !== undefined) readTemplate(flags.write, table);
  const report = await runBench({
    ...{ benchmarks, program, only: flags.only, quick: flags.quick ?? false, hour: flags.hour ?? false },
    say: (line) => {
      if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
    },
    signal: abort.signal,
  });
  process.removeListener("SIGINT", stop);
  process.removeListener("SIGTERM", stop);
  process.stdout.write(`${flags.json ? JSON.stringify(report) : renderBench(report)}\n`);
  if (abort.signal.aborted) process.exitCode = 1;
  else if (flags.write !== undefined)
    (flags.only.length > 0 ? mergeReport : writeReport)(flags.write, renderBench(report), table);
}

function namesOption({ benchmarks }: BenchSuite, text: string): readonly string[] {
  const wanted = text.split(",").map((name) => name.trim());
  const unknown = wanted.find((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown === undefined) return wanted;
  const names = benchmarks.map(({ name }) => name).join(", ");
  throw new InvalidArgumentError(`no benchmark ${unknown || '""'}; there are ${names}`);
}
