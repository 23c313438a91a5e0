import { join } from "node:path";
import type { Block } from "@polis/kratos";
import { round } from "../timeIt.ts";
import type { Benchmark } from "../types.ts";
import { makeChain, StoredChain } from "./chainFixture.ts";

const VALIDATORS = 4;
const BLOCKS = 10_000;
const QUICK_BLOCKS = 1_000;
const GOAL_PER_S = 500;
const SAY_EVERY = 1_000;

/**
 * Empty blocks into the database of a node, one after the other: signature and randomness of each, the state transition, the
 * root, and a final block every eight. Links and codecs are not in it.
 */
export const kratosCatchUp: Benchmark = {
  name: "kratos-catch-up",
  run: async ({ dir, quick, say, signal }) => {
    const count = quick ? QUICK_BLOCKS : BLOCKS;
    const chain = makeChain(VALIDATORS, 0);
    say(`  making ${count} blocks`);
    const blocks = await produce(chain, join(dir, "served"), count, signal);
    const synced = await StoredChain.open(chain, join(dir, "synced"));
    const start = performance.now();
    const used = process.cpuUsage();
    let durable: Promise<void> = Promise.resolve();
    for (const [i, block] of blocks.entries()) {
      if (signal.aborted) break;
      durable = synced.import(block);
      const final = synced.finalizeSometimes();
      if (i % SAY_EVERY !== SAY_EVERY - 1) continue;
      await final;
      say(`  ${i + 1} of ${count} blocks`);
    }
    await durable;
    const seconds = (performance.now() - start) / 1_000;
    const { user, system } = process.cpuUsage(used);
    await synced.close();
    const perSecond = blocks.length / seconds;
    return [
      {
        name: "Import of 10,000 empty blocks into a database",
        goal: "at least 500 blocks/s",
        measured: {
          ...{ "blocks/s": round(perSecond), blocks: blocks.length },
          "processor ms per block": round((user + system) / 1_000 / blocks.length, 2),
        },
        met: perSecond >= GOAL_PER_S,
        note: "in one process: checking, applying and storing, without links",
      },
    ];
  },
};

/** A chain of empty blocks in a database, with proofs of finality. @returns its blocks */
export async function produce(
  chain: ReturnType<typeof makeChain>,
  path: string,
  count: number,
  signal: AbortSignal,
): Promise<readonly Block[]> {
  const stored = await StoredChain.open(chain, path);
  const blocks: Block[] = [];
  while (blocks.length < count && !signal.aborted) {
    const done = stored.build();
    blocks.push(done.block);
    void stored.adopt(done);
    await stored.finalizeSometimes();
  }
  await stored.close();
  return blocks;
}
