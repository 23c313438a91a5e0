import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { exitAfter } from "../../apps/cli/src/run/exitAfter.ts";
import { checkFormat, checkTypes } from "./checks.ts";
import { findTests } from "./findTests.ts";
import { runFiles } from "./runFiles.ts";
import { emptyTally, printTally, say } from "./tally.ts";

const root = join(import.meta.dirname, "../..");
const NODE_MAJOR = 26;
/** For a test process that cannot be ended. */
const LEAVE_MS = 5_000;
/** The fast tier tests a commit, the same way each time; the full tier looks for new cases. */
const FAST_SEED = 20_261_121;

await main();

/** `node tools/test/run.ts [fast|full] [part of a path …]`: checks and tests, with one last line for machines. */
async function main(): Promise<void> {
  if (!usesOurNode()) return;
  const [tier = "fast", ...only] = process.argv.slice(2);
  if (tier !== "fast" && tier !== "full") {
    console.error(`unknown tier "${tier}": say fast or full, then optionally parts of paths`);
    process.exitCode = 2;
    return;
  }
  process.chdir(root);
  process.env.TEST_TIER = tier;
  // Every file is a process of its own and loads much of the same code: compiled once, it starts in half the time.
  process.env.NODE_COMPILE_CACHE ??= join(root, "node_modules/.cache/compiled");
  process.env.TEST_SEED ??= String(tier === "fast" ? FAST_SEED : randomInt(2 ** 31));
  const start = process.hrtime.bigint();
  say(`polis ${tier} tests on Node ${process.versions.node}, properties from seed ${process.env.TEST_SEED}`);
  const tally = emptyTally();
  if (only.length === 0) {
    checkFormat(tally);
    checkTypes(tally);
  }
  const files = findTests(root, tier, only);
  await runFiles("tests", files.together, 2, tier, tally);
  if (files.alone.length > 0) await runFiles("long tests, one at a time", files.alone, 1, tier, tally);
  printTally(tally, Number(process.hrtime.bigint() - start) / 1e9);
  process.exitCode = tally.failed === 0 ? 0 : 1;
  exitAfter(LEAVE_MS, process.exitCode);
}

/** Tests must run on the pinned Node: a newer system Node than npm scripts use would hide differences. */
function usesOurNode(): boolean {
  if (Number(process.versions.node.split(".")[0]) >= NODE_MAJOR) return true;
  const pinned = join(root, "node_modules/.bin/node");
  if (!existsSync(pinned)) {
    console.error(
      `Node ${NODE_MAJOR} is needed and this is ${process.versions.node}: run \`npm ci\` first, it brings one`,
    );
    process.exitCode = 2;
    return false;
  }
  process.exitCode = spawnSync(pinned, process.argv.slice(1), { stdio: "inherit" }).status ?? 1;
  return false;
}
