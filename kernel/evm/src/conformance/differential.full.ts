import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { compareMessage, compareRandom } from "../testing/compareRandom.ts";
import { jsonFiles } from "../testing/jsonFiles.ts";
import { mutatedMessage } from "../testing/mutatedMessage.ts";
import { Random } from "../testing/random.ts";
import { readStateTests } from "../testing/stateTestFile.ts";

const vectors = fileURLToPath(new URL("../../../../../shared/vectors/evm-state-cancun/", import.meta.url));
const skip = existsSync(vectors) ? false : "the folder ../shared with the public vectors is absent";

// As in the short comparison, everything runs before the test runner begins to follow promises.
const ends = await compareRandom(1_000_000, 10_000, false);
const steps = await compareRandom(2_000_000, 3_000, true);
const mutated = skip === false ? await compareMutated() : { compared: 0, differences: [] };

test("many random programs end as in the reference", () => {
  assert.deepEqual(ends, []);
});

test("many random programs take the same steps as in the reference", () => {
  assert.deepEqual(steps, []);
});

test("public vectors with changed code take the same steps as in the reference", { skip }, () => {
  assert.deepEqual(mutated.differences, []);
  assert.ok(mutated.compared > 800, `${mutated.compared} compared`);
});

async function compareMutated(): Promise<{ compared: number; differences: string[] }> {
  const heavy = /stTimeConsuming|stQuadraticComplexity|stMemoryStress|stZeroKnowledge|stPreCompiledContracts/;
  const random = new Random(7);
  const differences: string[] = [];
  let compared = 0;
  for (const path of jsonFiles(vectors).filter((path) => !heavy.test(path))) {
    for (const testCase of (readStateTests(readFileSync(path, "utf8")) ?? []).slice(0, 8)) {
      const change = mutatedMessage(random, testCase);
      if (change === undefined) continue;
      const difference = await compareMessage(change.world, change.message, testCase.fork, true);
      if (difference !== undefined) differences.push(`${path} ${testCase.name}: ${difference}`);
      compared++;
    }
  }
  return { compared, differences };
}
