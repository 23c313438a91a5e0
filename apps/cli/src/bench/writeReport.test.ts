import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { UserError } from "../errors.ts";
import { mergeReport, replaceBetweenMarkers, writeReport } from "./writeReport.ts";

const page = "# Speed\n\nbefore\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n";

test("only what stands between the markers changes, and a second run changes nothing", () => {
  const once = replaceBetweenMarkers(page, "| new |");
  assert.equal(once, "# Speed\n\nbefore\n<!-- bench:begin -->\n\n| new |\n\n<!-- bench:end -->\nafter\n");
  assert.equal(replaceBetweenMarkers(once, "| new |"), once);
});

test("a file without markers, or with two of one, is a mistake with a hint and stays as it is", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-bench-test-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "page.md");
  for (const text of ["nothing", `${page}<!-- bench:begin -->`, "<!-- bench:end --> <!-- bench:begin -->"]) {
    writeFileSync(file, text);
    assert.throws(
      () => writeReport(file, "x"),
      (error) => error instanceof UserError && error.code === "BENCH_MARKERS",
    );
    assert.equal(readFileSync(file, "utf8"), text);
  }
  assert.throws(() => writeReport(join(dir, "none.md"), "x"), { code: "BENCH_FILE" });
});

test("a run of some benchmarks replaces its rows, adds new ones and leaves the others", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-bench-test-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "page.md");
  const head = "Machine: one\n\n| Work | Goal |\n|---|---|\n";
  writeFileSync(file, `a\n<!-- bench:begin -->\n\n${head}| one | 1 |\n| two | 2 |\n\n<!-- bench:end -->\n`);
  mergeReport(file, `${head}| two | 22 |\n| three | 3 |`);
  const text = readFileSync(file, "utf8");
  assert.equal(
    text,
    `a\n<!-- bench:begin -->\n\n${head}| one | 1 |\n| two | 22 |\n| three | 3 |\n\n<!-- bench:end -->\n`,
  );
});

test("the first rows of an empty table bring its head", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-bench-test-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "page.md");
  writeFileSync(file, "<!-- kratos-bench:begin -->\n<!-- kratos-bench:end -->\n");
  const rows = "Machine: one\n\n| Work | Goal |\n|---|---|\n| one | 1 |";
  mergeReport(file, rows, "kratos-bench");
  assert.equal(readFileSync(file, "utf8"), `<!-- kratos-bench:begin -->\n\n${rows}\n\n<!-- kratos-bench:end -->\n`);
});
