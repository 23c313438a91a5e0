import { height, quantityOf } from "@polis/codec";
import { nextBaseFee } from "../fees/nextBaseFee.ts";
import type { ApiBlock, KairosBackend } from "./backend.ts";
import { type Answer, type Json, refusal, result } from "./method.ts";
import type { BlockRef } from "./paramSpec.ts";
import { resolveBlock } from "./resolveBlock.ts";

const maxPercentiles = 100;
/** Transactions of all blocks together whose tips are sorted for one answer; the range is cut so that it holds. */
const maxSamples = 200_000;

/**
 * `eth_feeHistory`: base fees, how full the blocks were, and percentiles of the tips weighted by gas, oldest first. The
 * list of base fees has one entry more, of the block after the newest.
 * @param count how many blocks; more than `feeHistoryMax` or than there are gives fewer, as Ethereum's clients do
 * @param wanted percentiles, ascending numbers 0..100
 */
export async function feeHistory(
  node: KairosBackend,
  count: number,
  newest: BlockRef,
  wanted: unknown,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const percentiles = readPercentiles(wanted);
  if (percentiles === undefined) {
    const form = `at most ${maxPercentiles} ascending numbers from 0 to 100`;
    return refusal(-32602, `invalid parameter rewardPercentiles: want ${form}`);
  }
  const last = resolveBlock(node, newest);
  if (last === undefined) return refusal(-32001, "block not found");
  const blocks = blocksUpTo(node, last, Math.min(count, node.limits.feeHistoryMax), percentiles.length > 0);
  const first = blocks[0];
  if (first === undefined) return result({ oldestBlock: "0x0", baseFeePerGas: [], gasUsedRatio: [], reward: [] });
  const { header } = last;
  const next = nextBaseFee(header.baseFeePerGas, header.extra.smoothedGas, node.params.fees);
  const history: Record<string, Json> = {
    oldestBlock: quantityOf(first.header.number),
    baseFeePerGas: [...blocks.map((block) => quantityOf(block.header.baseFeePerGas)), quantityOf(next)],
    gasUsedRatio: blocks.map((block) => Number(block.header.gasUsed) / Number(block.header.gasLimit)),
    baseFeePerBlobGas: Array.from({ length: blocks.length + 1 }, () => "0x1"),
    blobGasUsedRatio: blocks.map(() => 0),
  };
  if (percentiles.length === 0) return result(history);
  const digests = blocks.map(({ digest }) => digest);
  const rewards = await node.run({ kind: "rewards", block: last.digest, blocks: digests, percentiles }, signal);
  return rewards.ok ? result({ ...history, reward: rewards.value }) : rewards;
}

function readPercentiles(wanted: unknown): readonly number[] | undefined {
  if (wanted === undefined) return [];
  if (!Array.isArray(wanted) || wanted.length > maxPercentiles) return undefined;
  let before = 0;
  for (const one of wanted) {
    if (typeof one !== "number" || !(one >= before && one <= 100)) return undefined;
    before = one;
  }
  return wanted;
}

/** Blocks that end with `last`, oldest first. With tips wanted, only as many as can be sorted quickly. */
function blocksUpTo(node: KairosBackend, last: ApiBlock, count: number, withTips: boolean): readonly ApiBlock[] {
  const blocks: ApiBlock[] = [];
  let samples = 0;
  let block: ApiBlock | undefined = last;
  while (block !== undefined && blocks.length < count) {
    if (withTips) samples += Number(block.header.gasUsed / 21_000n);
    if (samples > maxSamples && blocks.length > 0) break;
    blocks.push(block);
    const number: number = block.header.number;
    // Below a speculative block stand others, until the finalized ones begin.
    if (number <= node.earliestHeight()) break;
    block = node.blockByDigest(block.header.parentHash) ?? node.blockByHeight(height(number - 1));
  }
  return blocks.reverse();
}
