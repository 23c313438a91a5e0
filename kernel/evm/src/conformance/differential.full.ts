import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createEvm } from "../createEvm.ts";
import type { Fork } from "../seam/rules.ts";
import { compareOutcomes } from "../testing/compareOutcomes.ts";
import { jsonFiles } from "../testing/jsonFiles.ts";
import type { MemoryWorld } from "../testing/memoryWorld.ts";
import { mutatedMessage } from "../testing/mutatedMessage.ts";
import type { Message } from "../testing/outcome.ts";
import { Random } from "../testing/random.ts";
import { randomMessage } from "../testing/randomMessage.ts";
import { runOnReference, stepOnReference } from "../testing/reference.ts";
import { readStateTests } from "../testing/stateTestFile.ts";
import { runOnSubject } from "../testing/subject.ts";

const FORKS: readonly Fork[] = ["cancun", "prague", "osaka"];
const evms = new Map(FORKS.map((fork) => [fork, createEvm({ fork, fees: "burnAndTip" })]));
const vectors = fileURLToPath(new URL("../../../../../shared/vectors/evm-state-cancun/", import.meta.url));
const skip = existsSync(vectors) ? false : "the folder ../shared with the public vectors is absent";

test("many random programs end as in the reference", async () => {
  for (let seed = 1_000_000; seed < 1_020_000; seed++) await compareRandom(seed, false);
});

test("many random programs take the same steps as in the reference", async () => {
  for (let seed = 2_000_000; seed < 2_006_000; seed++) await compareRandom(seed, true);
});

test("public vectors with changed code take the same steps as in the reference", { skip }, async () => {
  const heavy = /stTimeConsuming|stQuadraticComplexity|stMemoryStress|stZeroKnowledge|stPreCompiledContracts/;
  const random = new Random(7);
  let compared = 0;
  for (const path of jsonFiles(vectors).filter((path) => !heavy.test(path))) {
    for (const testCase of (readStateTests(readFileSync(path, "utf8")) ?? []).slice(0, 8)) {
      const mutated = mutatedMessage(random, testCase);
      if (mutated === undefined) continue;
      await compare(mutated.world, mutated.message, testCase.fork, true, `${path} ${testCase.name}`);
      compared++;
    }
  }
  assert.ok(compared > 800);
});

async function compareRandom(seed: number, withSteps: boolean): Promise<void> {
  const fork = FORKS[seed % FORKS.length]!;
  const { world, message } = randomMessage(new Random(seed), fork);
  await compare(world, message, fork, withSteps, `seed ${seed}, ${fork}`);
}

async function compare(world: MemoryWorld, message: Message, fork: Fork, withSteps: boolean, name: string) {
  const run = withSteps ? stepOnReference : runOnReference;
  const theirs = await run(world.clone(), message, fork);
  const ours = runOnSubject(evms.get(fork)!, world, message, withSteps);
  assert.equal(compareOutcomes(ours, theirs), undefined, name);
}
