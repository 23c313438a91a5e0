import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvm } from "../createEvm.ts";
import type { Fork } from "../seam/rules.ts";
import { compareOutcomes } from "../testing/compareOutcomes.ts";
import { Random } from "../testing/random.ts";
import { randomMessage } from "../testing/randomMessage.ts";
import { runOnReference, stepOnReference } from "../testing/reference.ts";
import { runOnSubject } from "../testing/subject.ts";

const FORKS: readonly Fork[] = ["cancun", "prague", "osaka"];
const evms = new Map(FORKS.map((fork) => [fork, createEvm({ fork, fees: "burnAndTip" })]));

test("random programs end as in the reference: gas, output, logs and the whole world", async () => {
  for (let seed = 0; seed < 400; seed++) await compare(seed, false);
});

test("random programs take the same steps as in the reference", async () => {
  for (let seed = 100_000; seed < 100_080; seed++) await compare(seed, true);
});

async function compare(seed: number, withSteps: boolean): Promise<void> {
  const fork = FORKS[seed % FORKS.length]!;
  const { world, message } = randomMessage(new Random(seed), fork);
  const run = withSteps ? stepOnReference : runOnReference;
  const theirs = await run(world.clone(), message, fork);
  const ours = runOnSubject(evms.get(fork)!, world, message, withSteps);
  assert.equal(compareOutcomes(ours, theirs), undefined, `seed ${seed}, ${fork}`);
}
