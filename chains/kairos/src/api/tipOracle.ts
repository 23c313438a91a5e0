import { type Height, height } from "@polis/codec";
import type { ApiBlock } from "./backend.ts";
import { effectiveGasPrice } from "./gasPrices.ts";

/** Non-empty blocks whose tips count (kairos F5). */
const window = 20;
/** Headers looked through for them: after a long quiet time the last prices say nothing anyway. */
const maxHeaders = 1_024;
/** Tips looked at in one block: evenly spaced ones, which moves no percentile noticeably. */
const maxTipsPerBlock = 200;

interface BlockTips {
  readonly at: Height;
  readonly tips: readonly bigint[];
}

/**
 * Makes the tip suggestion of kairos F5: the 60th percentile of the tips of the last 20 non-empty finalized blocks, 0 if
 * there are none. Blocks are looked at once; between blocks the answer is remembered.
 * @param blockAt finalized blocks
 * @param head the last finalized height
 */
export function createTipOracle(blockAt: (at: Height) => ApiBlock | undefined, head: () => Height): () => bigint {
  let seen = height(0);
  let recent: readonly BlockTips[] = [];
  let answer = 0n;
  return () => {
    const now = head();
    if (now === seen) return answer;
    const fresh: BlockTips[] = [];
    for (let at: number = now; at > Math.max(seen, now - maxHeaders) && fresh.length < window; at--) {
      const block = blockAt(height(at));
      if (block !== undefined && block.header.gasUsed > 0n) fresh.push({ at: height(at), tips: tipsOf(block) });
    }
    recent = [...fresh, ...recent.filter(({ at }) => at <= seen)].slice(0, window);
    seen = now;
    answer = percentile60(recent.flatMap(({ tips }) => tips));
    return answer;
  };
}

/** Transactions stand in a block by falling tip (kairos M4), so evenly spaced ones are evenly spaced ranks. */
function tipsOf(block: ApiBlock): readonly bigint[] {
  const baseFee = block.header.baseFeePerGas;
  return block.sample(maxTipsPerBlock).map((transaction) => effectiveGasPrice(transaction, baseFee) - baseFee);
}

/** The lowest tip that at least 60 % of all tips do not exceed. */
function percentile60(tips: bigint[]): bigint {
  if (tips.length === 0) return 0n;
  tips.sort(ascending);
  return tips[Math.ceil((tips.length * 3) / 5) - 1]!;
}

function ascending(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
