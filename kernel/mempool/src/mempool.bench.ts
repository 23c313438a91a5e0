/**
 * Time to choose 1,000 candidates from pools of 100 to 100,000 affordable pending transactions (A-THR-2), and the cost
 * of admission and finality. Run: node kernel/mempool/src/mempool.bench.ts
 */
import { type Address, type Height, millis } from "@polis/codec";
import { createMempool } from "./createMempool.ts";
import { testTransaction } from "./testing/transaction.ts";
import type { PoolConfig, PoolTransaction } from "./types.ts";

const config: PoolConfig = {
  maxTransactions: 200_000,
  maxBytes: 1 << 28,
  maxPendingPerSender: 1024,
  maxQueuedPerSender: 64,
  maxPerFeePayer: 256,
  maxNonceGap: 64,
  minFeeCap: 1n,
  minReplacementBumpPercent: 10,
  ttlMs: millis(10_800_000),
};

function run(size: number, perSender: number, spread: boolean): void {
  const nonces = new Map<Address, bigint>();
  const pool = createMempool(config, { nonce: (who) => nonces.get(who) ?? 0n, balance: () => 10n ** 24n });
  const all: PoolTransaction[] = [];
  for (let i = 0; i < size; i++) {
    const tip = spread ? BigInt((i * 7919) % 1_000_003) : 1000n;
    const fees = { feeCap: 50_000_000_000n + tip, tipCap: tip, senderCost: 10n ** 12n };
    all.push(testTransaction(Math.floor(i / perSender), i % perSender, fees));
  }
  const start = performance.now();
  for (const tx of all) pool.add(millis(0), 1, tx);
  const added = performance.now() - start;
  const times: number[] = [];
  let taken: PoolTransaction[] = [];
  for (let round = 0; round < 15; round++) {
    const before = performance.now();
    const order = pool.candidates(50_000_000_000n, 1);
    taken = [];
    for (let step = order.next(); !step.done; step = order.next("taken")) {
      taken.push(step.value);
      if (taken.length === 1000) break;
    }
    times.push(performance.now() - before);
  }
  for (const tx of taken) nonces.set(tx.sender, tx.nonce + 1n);
  const before = performance.now();
  const touched = taken.map((tx) => tx.sender);
  pool.onFinalized(
    millis(0),
    1 as Height,
    taken.map((tx) => tx.hash),
    touched,
  );
  const finality = performance.now() - before;
  const median = times.sort((a, b) => a - b)[7]!;
  const executable = performance.now();
  for (let i = 0; i < 1000; i++) pool.hasExecutable(50_000_000_000n, 1);
  const asked = performance.now() - executable;
  console.log(
    `${size} pending, ${perSender} per sender, ${spread ? "different" : "equal"} tips: ${taken.length} candidates ${median.toFixed(2)} ms; ` +
      `add ${((added * 1000) / size).toFixed(2)} us each; finality ${((finality * 1000) / taken.length).toFixed(2)} us each; ` +
      `hasExecutable ${asked.toFixed(2)} us`,
  );
}

for (const size of [100, 1000, 10_000, 100_000]) {
  run(size, 1, false);
  run(size, 1, true);
  run(size, 50, true);
}
