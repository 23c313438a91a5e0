import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { findTests } from "./findTests.ts";

const folder = mkdtempSync(join(tmpdir(), "polis-runner-"));
after(() => rmSync(folder, { recursive: true }));

const HARNESS = `
import { runFiles } from ${JSON.stringify(join(import.meta.dirname, "runFiles.ts"))};
import { emptyTally, printTally } from ${JSON.stringify(join(import.meta.dirname, "tally.ts"))};
const tally = emptyTally();
await runFiles("sample", process.argv.slice(2), 2, "fast", tally);
printTally(tally, 0);
`;

/** What the runner prints for one test file with this text. @param more environment */
function outputFor(text: string, more: Readonly<Record<string, string>> = {}): string {
  writeFileSync(join(folder, "harness.mts"), HARNESS);
  writeFileSync(join(folder, "sample.test.mts"), text);
  const { NODE_TEST_CONTEXT: _, TEST_FILE_TIMEOUT_MS: _limit, ...own } = process.env;
  const env = { ...own, ...more };
  const args = [join(folder, "harness.mts"), join(folder, "sample.test.mts")];
  return spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env }).stdout;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const lastLine = (output: string): string => output.trimEnd().split("\n").at(-1)!;

test("passes, failures and skips are counted on the last line, with the skip's reason before it", () => {
  const output = outputFor(`
    import { test } from "node:test";
    test("good", () => {});
    test("bad", () => { throw new Error("broken on purpose"); });
    test("elsewhere", { skip: "the vectors are absent" }, () => {});
  `);
  assert.equal(lastLine(output), "1 passed, 1 failed, 1 skipped");
  assert.match(output, /broken on purpose/);
  assert.match(output, /not run: the vectors are absent/);
});

test("a file that cannot be loaded fails and says why", () => {
  const output = outputFor('throw new Error("cannot be loaded");');
  assert.equal(lastLine(output), "0 passed, 1 failed, 0 skipped");
  assert.match(output, /cannot be loaded/);
});

test("a file without tests fails", () => {
  assert.equal(lastLine(outputFor("export {};")), "0 passed, 1 failed, 0 skipped");
});

test("a file that is held after its tests fails, says by what, and ends its children", async () => {
  const output = outputFor(
    `
    import { spawn } from "node:child_process";
    import { test } from "node:test";
    test("good", () => {});
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e9)"]);
    console.error("child", child.pid);
    process.on("exit", () => child.kill("SIGKILL"));
  `,
    { TEST_FILE_TIMEOUT_MS: "1500" },
  );
  assert.match(lastLine(output), /^\d passed, 1 failed, 0 skipped$/);
  assert.match(output, /did not end within 1500 ms; held by: .*ProcessWrap/);
  const child = Number(/child (\d+)/.exec(output)![1]);
  const end = performance.now() + 10_000;
  while (isThere(child)) {
    assert.ok(performance.now() < end, "the child is still there");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});

test("a file that never gives up its thread is ended from outside", () => {
  const output = outputFor("for (;;);", { TEST_FILE_TIMEOUT_MS: "400" });
  assert.equal(lastLine(output), "0 passed, 1 failed, 0 skipped");
});

test("test files are found by tier and by part of their path", () => {
  mkdirSync(join(folder, "root/a/node_modules"), { recursive: true });
  for (const name of ["a/x.test.ts", "a/y.full.ts", "a/z.ts", "a/node_modules/n.test.ts", "b.test.ts"]) {
    writeFileSync(join(folder, "root", name), "");
  }
  const root = join(folder, "root");
  assert.deepEqual(findTests(root, "fast", []), { together: ["a/x.test.ts", "b.test.ts"], alone: [] });
  assert.deepEqual(findTests(root, "full", ["a/"]), { together: ["a/x.test.ts"], alone: ["a/y.full.ts"] });
});
