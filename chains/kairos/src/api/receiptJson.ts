import { bytesToHex0x, quantityOf } from "@polis/codec";
import type { Receipt } from "../receipt/encodeReceipt.ts";
import type { Json } from "./method.ts";
import { effectiveGasPrice, type Place } from "./transactionJson.ts";

/** A receipt as `eth_getTransactionReceipt` shows it; gas used is the step of the cumulative gas. */
export function receiptJson({ block, index }: Place): Json {
  const { transaction, sender } = block.transactions()[index]!;
  const receipts = block.receipts();
  const receipt = receipts[index]!;
  const gasBefore = index === 0 ? 0n : receipts[index - 1]!.cumulativeGasUsed;
  const logsBefore = firstLogIndexes(receipts)[index]!;
  const where = {
    blockHash: `0x${block.digest}`,
    blockNumber: quantityOf(block.header.number),
    transactionHash: `0x${transaction.hash}`,
    transactionIndex: quantityOf(index),
  };
  return {
    ...where,
    type: quantityOf(receipt.type),
    status: quantityOf(receipt.status),
    from: `0x${sender}`,
    to: `0x${transaction.payments[0]!.to}`,
    contractAddress: null,
    gasUsed: quantityOf(receipt.cumulativeGasUsed - gasBefore),
    cumulativeGasUsed: quantityOf(receipt.cumulativeGasUsed),
    effectiveGasPrice: quantityOf(effectiveGasPrice(transaction, block)),
    feePayer: transaction.feePayer === undefined ? null : `0x${transaction.feePayer}`,
    logsBloom: bytesToHex0x(receipt.logsBloom),
    logs: receipt.logs.map((log, i) => ({
      ...where,
      address: `0x${log.address}`,
      topics: log.topics.map((topic) => `0x${topic}`),
      data: bytesToHex0x(log.data),
      logIndex: quantityOf(logsBefore + i),
      blockTimestamp: quantityOf(block.header.timestampS),
      removed: false,
    })),
  };
}

/** Kept beside the receipts that a block cache keeps, so that a client asking one by one costs no sum for each. */
const known = new WeakMap<readonly Receipt[], readonly number[]>();

/** For each receipt the number of logs before it in the block. */
function firstLogIndexes(receipts: readonly Receipt[]): readonly number[] {
  const found = known.get(receipts);
  if (found !== undefined) return found;
  let sum = 0;
  const firsts = receipts.map(({ logs }) => {
    sum += logs.length;
    return sum - logs.length;
  });
  known.set(receipts, firsts);
  return firsts;
}
