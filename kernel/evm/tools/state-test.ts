import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Fork } from "../src/index.ts";
import { walkStateTests } from "../src/testing/walkStateTests.ts";

const USAGE = "usage: node kernel/evm/tools/state-test.ts DIR [--fork cancun|prague|osaka] [--filter TEXT] [--json]";
const FORKS = ["cancun", "prague", "osaka"];
const CLEAR = process.stdout.isTTY ? "\r\x1b[K" : "";

main();

/**
 * Runs every state test below a directory (GeneralStateTests, or state_tests of the execution specification) and ends
 * with one line of totals. Exit code 1 when a case failed, 2 for wrong usage.
 */
function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { fork: { type: "string" }, filter: { type: "string" }, json: { type: "boolean" } },
  });
  const [root] = positionals;
  const fork = values.fork?.toLowerCase();
  if (root === undefined || !existsSync(root) || (fork !== undefined && !FORKS.includes(fork))) {
    console.error(root === undefined || existsSync(root) ? USAGE : `there is nothing at ${root}\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const isJson = values.json === true;
  const { passed, otherFiles, failures } = walkStateTests(
    root,
    { fork: fork as Fork | undefined, filter: values.filter },
    {
      onFile: (file, at, of) => progress(`${at + 1}/${of} ${file}`),
      onFailure: ({ file, name, why }) => {
        if (!isJson) console.log(`${CLEAR}FAIL ${file} ${name}: ${why}`);
      },
    },
  );
  progress("");
  if (isJson) console.log(JSON.stringify({ passed, failed: failures.length, otherFiles, failures }));
  else {
    if (otherFiles > 0) console.log(`${otherFiles} JSON files hold no state tests`);
    console.log(`${passed} passed, ${failures.length} failed`);
  }
  process.exitCode = failures.length === 0 ? 0 : 1;
}

/** One line that overwrites itself, on a terminal only. */
function progress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`${CLEAR}${text.slice(0, 110)}`);
}
