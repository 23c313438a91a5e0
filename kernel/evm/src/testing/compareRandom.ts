import { createEvm } from "../createEvm.ts";
import type { Evm } from "../seam/evm.ts";
import type { Fork } from "../seam/rules.ts";
import { compareOutcomes } from "./compareOutcomes.ts";
import type { MemoryWorld } from "./memoryWorld.ts";
import type { Message } from "./outcome.ts";
import { Random } from "./random.ts";
import { randomMessage } from "./randomMessage.ts";
import { runOnReference, stepOnReference } from "./reference.ts";
import { runOnSubject } from "./subject.ts";

const FORKS: readonly Fork[] = ["cancun", "prague", "osaka"];
const evms = new Map<Fork, Evm>(FORKS.map((fork) => [fork, createEvm({ fork, fees: "burnAndTip" })]));

/**
 * Compares random messages with the reference, each on a fork in turn.
 * @returns the differences, each with the seed that makes it again
 */
export async function compareRandom(firstSeed: number, count: number, withSteps: boolean): Promise<string[]> {
  const differences: string[] = [];
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const fork = FORKS[seed % FORKS.length]!;
    const { world, message } = randomMessage(new Random(seed), fork);
    const difference = await compareMessage(world, message, fork, withSteps);
    if (difference !== undefined) differences.push(`seed ${seed}, ${fork}: ${difference}`);
  }
  return differences;
}

/** Runs one message on both engines and names the first difference. Changes `world`. */
export async function compareMessage(
  world: MemoryWorld,
  message: Message,
  fork: Fork,
  withSteps: boolean,
): Promise<string | undefined> {
  const run = withSteps ? stepOnReference : runOnReference;
  const theirs = await run(world.clone(), message, fork);
  return compareOutcomes(runOnSubject(evms.get(fork)!, world, message, withSteps), theirs);
}
