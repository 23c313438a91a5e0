import { spawnSync } from "node:child_process";
import { countPart, type Tally } from "./tally.ts";

/** Format and lint, without changing a file. */
export function checkFormat(tally: Tally): void {
  check(tally, "format and lint", "node_modules/.bin/biome", [
    "check",
    "--error-on-warnings",
    "--max-diagnostics=100",
    ".",
  ]);
}

/** The type checker over the whole repository. */
export function checkTypes(tally: Tally): void {
  check(tally, "types", "node_modules/.bin/tsc", ["--noEmit", "--pretty", "false"]);
}

function check(tally: Tally, name: string, command: string, args: readonly string[]): void {
  const start = process.hrtime.bigint();
  const result = spawnSync(command, args, { encoding: "utf8", maxBuffer: 64 << 20 });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const output = result.error === undefined ? `${result.stdout}${result.stderr}` : String(result.error);
  countPart(tally, name, result.status === 0, seconds, output);
}
