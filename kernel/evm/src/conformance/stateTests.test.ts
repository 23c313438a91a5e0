import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { knownFailures } from "../testing/knownFailures.ts";
import { walkStateTests } from "../testing/walkStateTests.ts";

/** One BLAKE2b of 2^32 rounds, a minute or more: in the full tier. */
const SLOW = ["stTimeConsuming"];

for (const { folder, least } of [
  { folder: "evm-state-cancun", least: 4_000 },
  { folder: "evm-state-osaka", least: 700 },
]) {
  const root = fileURLToPath(new URL(`../../../../../shared/vectors/${folder}/`, import.meta.url));
  const skip = existsSync(root) ? false : "the folder ../shared with the public vectors is absent";
  test(`the public state tests of ${folder}`, { skip }, (t) => {
    const { passed, failures, otherFiles } = walkStateTests(root, { without: SLOW });
    t.diagnostic(`${passed} passed, ${failures.length} failed`);
    const known = new Set(knownFailures.map(({ file, name }) => `${file} ${name}`));
    const unknown = failures.filter(({ file, name }) => !known.has(`${file} ${name}`));
    assert.deepEqual(unknown.slice(0, 10), []);
    assert.equal(otherFiles, 0, "every JSON file holds state tests");
    assert.ok(passed + failures.length >= least, "the vectors are complete");
    const failed = new Set(failures.map(({ file, name }) => `${file} ${name}`));
    const here = knownFailures.filter(({ file }) => existsSync(`${root}${file}`));
    const fixed = here.filter(({ file, name }) => !failed.has(`${file} ${name}`));
    assert.deepEqual(fixed, [], "these pass now and must leave the list of known failures");
  });
}
