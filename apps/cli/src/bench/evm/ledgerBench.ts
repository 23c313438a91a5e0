import { join } from "node:path";
import { quantile } from "../stats.ts";
import { round } from "../timeIt.ts";
import type { BenchContext, Benchmark, BenchResult } from "../types.ts";
import { LedgerPair, type MinedBlock } from "./ledgerPair.ts";
import { swaps, tokenTransfers, transfers, type Workload } from "./workloads.ts";

const ACCOUNTS = 1_000;
const BLOCK_GAS = 60_000_000n;

/** What a replica takes to execute, root and commit blocks of Ethereum transactions whose senders are proved. */
export const evmLedger: Benchmark = {
  name: "evm-ledger",
  run: async (context) => {
    const rows: BenchResult[] = [];
    for (const workload of [transfers, tokenTransfers, swaps]) {
      if (!context.signal.aborted) rows.push(await measure(context, workload));
    }
    return rows;
  },
};

async function measure({ dir, quick, say }: BenchContext, workload: Workload): Promise<BenchResult> {
  const pair = await LedgerPair.open(join(dir, workload.name.replaceAll(/\W+/g, "-")), ACCOUNTS);
  try {
    const send = await workload.prepare(pair);
    const perBlock = Number(BLOCK_GAS / workload.gas);
    let sent = 0;
    const block = async () => {
      for (let i = 0; i < perBlock; i++) send(sent++);
      return pair.mine();
    };
    const warm = quick ? 3 : 10;
    for (let i = 0; i < warm; i++) await block();
    await pair.written();
    const blocks: Awaited<ReturnType<typeof block>>[] = [];
    for (let i = 0; i < (quick ? 5 : 30); i++) blocks.push(await block());
    const start = performance.now();
    await pair.written();
    const tailMs = performance.now() - start;
    say(`${workload.name}: ${blocks.length} blocks`);
    return row(workload, blocks, tailMs);
  } finally {
    await pair.close();
  }
}

function row({ name, goalPerSecond }: Workload, blocks: readonly MinedBlock[], tailMs: number): BenchResult {
  const transactions = blocks.reduce((sum, block) => sum + block.transactions, 0);
  const ms = blocks.reduce((sum, block) => sum + block.executeMs, tailMs);
  const gas = blocks.reduce((sum, block) => sum + block.gas, 0n);
  const perSecond = (transactions * 1000) / ms;
  return {
    name: `${name}, executed and committed`,
    goal: `at least ${goalPerSecond.toLocaleString("en")}/s on one node, signatures checked before`,
    measured: {
      "transactions/s": Math.round(perSecond),
      "us per transaction": round((ms * 1000) / transactions),
      "processor us per transaction": round(blocks.reduce((sum, { cpuUs }) => sum + cpuUs, 0) / transactions),
      "Mgas/s": round(Number(gas) / 1000 / ms),
      "transactions per block": Math.round(transactions / blocks.length),
      "block p50 ms": round(
        quantile(
          blocks.map(({ executeMs }) => executeMs),
          0.5,
        ),
      ),
    },
    met: perSecond >= goalPerSecond,
    note: `${blocks.length} blocks of ${ACCOUNTS.toLocaleString("en")} accounts: decoded, executed, three roots, promoted; LMDB commits on its own thread meanwhile`,
  };
}
