import { quantityOf } from "@polis/codec";
import { feeHistory } from "./feeHistory.ts";
import { type Method, method, result } from "./method.ts";
import { anyBlock } from "./specs.ts";

const blockCount = { name: "blockCount", type: "number", maxBits: 53 } as const;
const percentiles = { name: "rewardPercentiles", type: "json", maxNodes: 101, optional: true } as const;

/** Prices (kairos F5, 16.2). */
export const feeMethods: Readonly<Record<string, Method>> = {
  eth_gasPrice: method([], (node) => result(quantityOf(node.nextBaseFee() + node.suggestedTip()))),
  eth_maxPriorityFeePerGas: method([], (node) => result(quantityOf(node.suggestedTip()))),
  // E2: there are no blobs; the price is the least there is.
  eth_blobBaseFee: method([], () => result("0x1")),
  eth_feeHistory: method(
    [blockCount, anyBlock, percentiles],
    (node, [count, newest, wanted], call) => feeHistory(node, Number(count), newest, wanted, call?.signal),
    5,
  ),
};
