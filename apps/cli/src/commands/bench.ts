import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { addBenchCommand } from "../bench/benchCommand.ts";
import { benchmarks } from "../bench/benchmarks.ts";
import { example } from "./parse.ts";

/** Adds `kairos bench`. */
export function register(program: Command): void {
  const entry = fileURLToPath(new URL("../kairos.ts", import.meta.url));
  addBenchCommand(program, { benchmarks, program: entry, table: "bench" })
    .option("--hour", "let the memory benchmark run for an hour under load")
    .addHelpText(
      "after",
      example("kairos bench --quick --only building,split", "kairos bench --write docs/performance.md"),
    );
}
