import type { Digest } from "@polis/codec";
import { quantityOf } from "@polis/codec";
import { effectiveGasPrice } from "../api/gasPrices.ts";
import { type Answer, refusal, result } from "../api/method.ts";
import { storedTransaction } from "./storedTransaction.ts";
import type { CallWorld } from "./world.ts";

/** Percentiles of the tips of some blocks, for `eth_feeHistory`. `block` is the newest of them. */
export interface RewardsJob {
  readonly kind: "rewards";
  readonly block: Digest;
  readonly blocks: readonly Digest[];
  /** Ascending, 0..100. */
  readonly percentiles: readonly number[];
}

/** For each block the tip at each percentile of its gas; zeros for a block without transactions. */
export function feeRewards(world: CallWorld, { blocks, percentiles }: RewardsJob): Answer {
  const rewards: string[][] = [];
  for (const block of blocks) {
    if (world.expired()) return refusal(-32005, "the fee history took too long: ask for fewer blocks");
    const found = tipsOf(world, block);
    if (found === undefined) return refusal(-32001, "block not found");
    rewards.push(percentilesOf(found, percentiles).map(quantityOf));
  }
  return result(rewards);
}

interface Tip {
  readonly gas: bigint;
  readonly tip: bigint;
}

function tipsOf(world: CallWorld, block: Digest): Tip[] | undefined {
  const header = world.header(block);
  const envelopes = world.envelopes(block);
  if (header === undefined || envelopes === undefined) return undefined;
  const isFinal = world.headerAt(header.number)?.digest === block;
  const receipts = isFinal ? world.receiptsAt(header.number) : undefined;
  let before = 0n;
  return envelopes.map((envelope, i) => {
    const transaction = storedTransaction(envelope, world.params);
    // A speculative block shows no receipts (kairos J3); the gas limit stands in for the gas used.
    const until = receipts?.[i]?.cumulativeGasUsed ?? before + transaction.gas;
    const gas = until - before;
    before = until;
    return { gas, tip: effectiveGasPrice(transaction, header.baseFeePerGas) - header.baseFeePerGas };
  });
}

function percentilesOf(tips: Tip[], percentiles: readonly number[]): readonly bigint[] {
  const first = tips.sort((a, b) => (a.tip < b.tip ? -1 : a.tip > b.tip ? 1 : 0))[0];
  if (first === undefined) return percentiles.map(() => 0n);
  const all = tips.reduce((sum, { gas }) => sum + gas, 0n);
  let at = 0;
  let sum = first.gas;
  return percentiles.map((percentile) => {
    // Hundredths of a percent are as fine as anybody asks.
    const threshold = (all * BigInt(Math.round(percentile * 100))) / 10_000n;
    while (sum < threshold && at < tips.length - 1) sum += tips[++at]!.gas;
    return tips[at]!.tip;
  });
}
