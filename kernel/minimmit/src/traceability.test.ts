import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { faultCodes } from "./errors.ts";
import { quorums } from "./params.ts";

const root = import.meta.dirname;
const readme = readFileSync(join(root, "../README.md"), "utf8");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const isTest = (name: string): boolean => name.endsWith(".test.ts") || name.startsWith("testing");
const source = files.filter((name) => !isTest(name)).map(read);
const tests = files.filter((name) => name.endsWith(".test.ts") && name !== "traceability.test.ts").map(read);

test("every rule R1–R32 is cited in the source and stands in the README; those with behaviour have a test", () => {
  // R10 is the ledger's and R29 the state's: their tests are there.
  const elsewhere = new Set([10, 29]);
  for (let rule = 1; rule <= 32; rule++) {
    const cited = new RegExp(`\\bR${rule}\\b`);
    assert.ok(
      source.some((text) => cited.test(text)),
      `R${rule} is not cited in the source`,
    );
    assert.ok(cited.test(readme), `R${rule} is not in the README`);
    if (!elsewhere.has(rule))
      assert.ok(
        tests.some((text) => cited.test(text)),
        `R${rule} has no test`,
      );
  }
});

test("the README's quorums are those of params.ts", () => {
  const rows = [...readme.matchAll(/^\| *(\d+) *\| *(\d+) *\| *(\d+) *\| *(\d+) *\|$/gm)].map((row) =>
    row.slice(1).map(Number),
  );
  assert.ok(rows.length >= 5);
  for (const [n, f, m, l] of rows) assert.deepEqual(quorums(n!, f!), { n, f, m, l });
});

test("the README lists every fault code, and only those", () => {
  const listed = [...readme.matchAll(/^\| *`([A-Z_]+)` *\|/gm)].map((row) => row[1]);
  assert.deepEqual(listed, [...faultCodes]);
});
