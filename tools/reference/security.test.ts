import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");
const text = readFileSync(join(root, "docs/security.md"), "utf8");
const rows = [...text.matchAll(/^\| (Z\d+) .*$/gm)].map(([line, name]) => ({ name: name!, line }));

test("every requirement Z1 to Z38 has one row, in order", () => {
  assert.deepEqual(
    rows.map(({ name }) => name),
    Array.from({ length: 38 }, (_, i) => `Z${i + 1}`),
  );
});

test("every row names tests that exist, or says that the part is not here", () => {
  for (const { name, line } of rows) {
    assert.ok(filesIn(line).length > 0 || line.includes("*not here*"), `${name} names no test`);
  }
  const promises = [...text.matchAll(/^\| (?!Z\d)[^|]+\| `.*$/gm)].map(([line]) => line);
  assert.ok(promises.length >= 10);
  const files = filesIn(text);
  assert.ok(files.length >= 60);
  assert.deepEqual(
    files.filter((file) => !existsSync(join(root, file))),
    [],
  );
});

function filesIn(part: string): readonly string[] {
  return [...part.matchAll(/`([\w./-]+\.(?:test|full)\.ts)`/g)].map(([, file]) => file!);
}
