import { join } from "node:path";
import type { Block } from "@polis/kratos";
import { quantile } from "../stats.ts";
import { round } from "../timeIt.ts";
import type { BenchContext, Benchmark, BenchResult } from "../types.ts";
import { exitsOf, makeChain, StoredChain, stakesOf, transfersOf } from "./chainFixture.ts";

const VALIDATORS = 4;
const PEOPLE = 450;
/** What a block holds at most of calls that are no exits (kratos-core 3.2); the rest of the thousand are exits. */
const TRANSFERS = 900;
const EXITS = 100;
const MAX_MS = 250;
const BLOCKS = 15;
const QUICK_BLOCKS = 4;

/** Choosing is the pool's; here a leader applies the block, computes the root, proves its randomness and signs. */
export const kratosProduce: Benchmark = {
  name: "kratos-produce",
  run: async (context) => {
    const { produceMs } = await measure(context);
    return [row("Block of 1,000 transactions: produce", "proof of randomness and signature included", produceMs)];
  },
};

/** Another node checks every signature, applies the block, compares the root and keeps everything in its database. */
export const kratosImport: Benchmark = {
  name: "kratos-import",
  run: async (context) => {
    const { importMs, emptyMs } = await measure(context);
    const empty: BenchResult = {
      name: "Empty block: import",
      goal: "under 2 ms, so that 500 blocks/s are possible on one of two cores",
      measured: { "p50 ms": round(quantile(emptyMs, 0.5), 2), "p90 ms": round(quantile(emptyMs, 0.9), 2) },
      met: quantile(emptyMs, 0.5) < 2,
    };
    return [
      row("Block of 1,000 transactions: import", "every signature checked, kept in the database", importMs),
      empty,
    ];
  },
};

interface Times {
  readonly produceMs: readonly number[];
  readonly importMs: readonly number[];
  readonly emptyMs: readonly number[];
}

/** A block of stakes, then full ones with an empty one behind each: one node produces, the other imports. */
async function measure({ dir, quick, signal }: BenchContext): Promise<Times> {
  const chain = makeChain(VALIDATORS, PEOPLE);
  const producer = await StoredChain.open(chain, join(dir, "producer"));
  const importer = await StoredChain.open(chain, join(dir, "importer"));
  const [produceMs, importMs, emptyMs]: [number[], number[], number[]] = [[], [], []];
  const bring = async (block: Block, times: number[]): Promise<void> => {
    const start = performance.now();
    const durable = importer.import(block);
    times.push(performance.now() - start);
    await Promise.all([durable, producer.finalizeSometimes(), importer.finalizeSometimes()]);
  };
  try {
    const first = producer.build(stakesOf(chain, producer, EXITS));
    await producer.adopt(first);
    await bring(first.block, []);
    for (let i = 0; i < (quick ? QUICK_BLOCKS : BLOCKS) && !signal.aborted; i++) {
      const transactions = [...transfersOf(chain, producer, TRANSFERS, EXITS), ...exitsOf(chain, producer, EXITS)];
      const start = performance.now();
      const full = producer.build(transactions);
      produceMs.push(performance.now() - start);
      await producer.adopt(full);
      await bring(full.block, importMs);
      const empty = producer.build();
      await producer.adopt(empty);
      await bring(empty.block, emptyMs);
    }
  } finally {
    await Promise.all([producer.close(), importer.close()]);
  }
  return { produceMs, importMs, emptyMs };
}

function row(name: string, note: string, times: readonly number[]): BenchResult {
  const p90 = quantile(times, 0.9);
  return {
    ...{ name, goal: "under 250 ms" },
    measured: { "p50 ms": round(quantile(times, 0.5)), "p90 ms": round(p90), transactions: TRANSFERS + EXITS },
    met: p90 < MAX_MS,
    note: `900 transfers and 100 exits, the most that a block holds; ${note}`,
  };
}
