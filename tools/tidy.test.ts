import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { checkAll } from "./tidy/check.ts";
import { judge, readRatchet } from "./tidy/ratchet.ts";
import { readRepo } from "./tidy/repo.ts";
import { medianLines } from "./tidy/shape.ts";

const root = join(import.meta.dirname, "..");

test("the house rules hold", (t) => {
  const repo = readRepo(root);
  const verdict = judge(checkAll(repo), readRatchet(join(root, "tools/tidy.ratchet.json")));
  t.diagnostic(`${repo.sources.length} TypeScript files, median ${medianLines(repo)} lines`);
  const shown = verdict.over.map(({ rule, file, line, message }) => `${file}:${line} [${rule}] ${message}`);
  assert.equal(shown.length, 0, `\n${shown.join("\n")}\n`);
  assert.deepEqual(verdict.loose, [], "exceptions may only shrink: run `node tools/tidy/shrink.ts`");
});
