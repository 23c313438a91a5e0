import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Command, CommanderError } from "commander";
import { UserError } from "../errors.ts";
import { register } from "./bench.ts";

function bench(...words: readonly string[]): Promise<unknown> {
  const program = new Command("kairos").exitOverride().configureOutput({ writeErr: () => undefined });
  register(program);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
  return program.parseAsync(["bench", ...words], { from: "user" });
}

test("an unknown benchmark is refused, with the names of all", async () => {
  const refused = (error: unknown) =>
    error instanceof CommanderError && /no benchmark x; .*payments-6/.test(error.message);
  await assert.rejects(bench("--only", "split,x"), refused);
});

test("a file without a place for the table is refused before anything is measured", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-bench-test-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "page.md");
  writeFileSync(file, "# no markers\n");
  await assert.rejects(bench("--write", file), (error) => error instanceof UserError && error.code === "BENCH_MARKERS");
  assert.equal(readFileSync(file, "utf8"), "# no markers\n");
});
