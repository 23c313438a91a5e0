import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { addBenchCommand } from "../../bench/benchCommand.ts";
import { kratosBenchmarks } from "../../bench/kratos/kratosBenchmarks.ts";
import { example } from "../../commands/parse.ts";

/** Adds `kratos bench`. */
export function register(program: Command): void {
  const entry = fileURLToPath(new URL("../../kratos.ts", import.meta.url));
  addBenchCommand(program, { benchmarks: kratosBenchmarks, program: entry, table: "kratos-bench" }).addHelpText(
    "after",
    example("kratos bench --quick --only kratos-vrf", "kratos bench --write docs/performance.md"),
  );
}
