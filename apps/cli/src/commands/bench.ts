import { fileURLToPath } from "node:url";
import { type Command, InvalidArgumentError } from "commander";
import { benchmarks } from "../bench/benchmarks.ts";
import { renderBench, runBench } from "../bench/runBench.ts";
import { mergeReport, readTemplate, writeReport } from "../bench/writeReport.ts";
import { example } from "./parse.ts";

interface BenchFlags {
  readonly json?: boolean;
  readonly only: readonly string[];
  readonly quick?: boolean;
  readonly hour?: boolean;
  readonly write?: string;
}

const names = benchmarks.map(({ name }) => name).join(", ");

/** Adds `kairos bench`. */
export function register(program: Command): void {
  program
    .command("bench")
    .description("measure on this machine what the project promises, and print a table")
    .option("--only <names>", `run only these, separated by commas: ${names}`, namesOption, [])
    .option("--quick", "shorter runs, for a look; not for publishing")
    .option("--hour", "let the memory benchmark run for an hour under load")
    .option("--write <file>", "replace the table between the markers of this Markdown file")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      example("kairos bench --quick --only building,split", "kairos bench --write docs/performance.md"),
    )
    .action(run);
}

async function run(flags: BenchFlags): Promise<void> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  // Once: simulations cannot be interrupted between two steps, and a second Ctrl-C ends the program at once.
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  // A file that cannot be written is a mistake to learn of before the minutes of measuring.
  if (flags.write !== undefined) readTemplate(flags.write);
  const report = await runBench({
    benchmarks,
    only: flags.only,
    quick: flags.quick ?? false,
    hour: flags.hour ?? false,
    program: fileURLToPath(new URL("../kairos.ts", import.meta.url)),
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
    (flags.only.length > 0 ? mergeReport : writeReport)(flags.write, renderBench(report));
}

function namesOption(text: string): readonly string[] {
  const wanted = text.split(",").map((name) => name.trim());
  const unknown = wanted.find((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`no benchmark ${unknown || '""'}; there are ${names}`);
  return wanted;
}
