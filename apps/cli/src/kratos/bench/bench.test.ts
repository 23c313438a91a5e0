import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Command, CommanderError } from "commander";
import { mergeReport } from "../../bench/writeReport.ts";
import { UserError } from "../../errors.ts";
import { register } from "./bench.ts";

function bench(...words: readonly string[]): Promise<unknown> {
  const program = new Command("kratos").exitOverride().configureOutput({ writeErr: () => undefined });
  register(program);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
  return program.parseAsync(["bench", ...words], { from: "user" });
}

test("kratos bench has rows of its own, and refuses those of Kairos", async () => {
  const refused = (error: unknown) =>
    error instanceof CommanderError && /no benchmark split; there are kratos-produce, /.test(error.message);
  await assert.rejects(bench("--only", "kratos-vrf,split"), refused);
});

test("its table has markers of its own: that of Kairos stays as it is", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kratos-bench-test-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "page.md");
  const kairos = "<!-- bench:begin -->\n| one | 1 |\n<!-- bench:end -->\n";
  writeFileSync(file, kairos);
  await assert.rejects(bench("--write", file), (error) => error instanceof UserError && error.code === "BENCH_MARKERS");
  writeFileSync(file, `${kairos}<!-- kratos-bench:begin -->\n| two | 2 |\n<!-- kratos-bench:end -->\n`);
  mergeReport(file, "| two | 22 |", "kratos-bench");
  const text = readFileSync(file, "utf8");
  assert.ok(text.startsWith(kairos) && text.includes("| two | 22 |") && !text.includes("| two | 2 |"), text);
});
