import { addressToBytes, bytesToHex0x, digestOf, encodeRlp, quantityOf, rlpUint } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { paymentType } from "../payment/types.ts";
import type { Receipt } from "../receipt/encodeReceipt.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import type { ApiBlock } from "./backend.ts";
import { effectiveGasPrice } from "./gasPrices.ts";
import { type LogPlace, logJson } from "./logJson.ts";
import type { Json } from "./method.ts";

/** A receipt as `eth_getTransactionReceipt` shows it; gas used is the step of the cumulative gas. */
export function receiptJson({ block, index }: { readonly block: ApiBlock; readonly index: number }): Json {
  const verified = block.transactionAt(index)!;
  const { transaction, sender } = verified;
  const receipts = block.receipts();
  const receipt = receipts[index]!;
  const gasBefore = index === 0 ? 0n : receipts[index - 1]!.cumulativeGasUsed;
  const logsBefore = firstLogIndexes(receipts)[index]!;
  const place: LogPlace = { block, hash: transaction.hash, index };
  return {
    blockHash: `0x${block.digest}`,
    blockNumber: quantityOf(block.header.number),
    transactionHash: `0x${transaction.hash}`,
    transactionIndex: quantityOf(index),
    type: quantityOf(receipt.type),
    status: quantityOf(receipt.status),
    from: `0x${sender}`,
    ...targetJson(verified),
    gasUsed: quantityOf(receipt.cumulativeGasUsed - gasBefore),
    cumulativeGasUsed: quantityOf(receipt.cumulativeGasUsed),
    effectiveGasPrice: quantityOf(effectiveGasPrice(transaction, block.header.baseFeePerGas)),
    logsBloom: bytesToHex0x(receipt.logsBloom),
    logs: receipt.logs.map((log, i) => logJson(log, place, logsBefore + i)),
  };
}

function targetJson({ transaction, sender }: VerifiedTransaction): Record<string, Json> {
  if (transaction.type === paymentType) {
    const feePayer = transaction.feePayer === undefined ? null : `0x${transaction.feePayer}`;
    return { to: `0x${transaction.payments[0]!.to}`, contractAddress: null, feePayer };
  }
  if (transaction.to !== undefined) return { to: `0x${transaction.to}`, contractAddress: null };
  const preimage = encodeRlp([addressToBytes(sender), rlpUint(transaction.nonce)]);
  return { to: null, contractAddress: `0x${digestOf(keccak256(preimage)).slice(24)}` };
}

/** Kept beside the receipts that a block cache keeps, so that a client asking one by one costs no sum for each. */
const known = new WeakMap<readonly Receipt[], readonly number[]>();

/** For each receipt the number of logs before it in the block: the `logIndex` of its first log. */
export function firstLogIndexes(receipts: readonly Receipt[]): readonly number[] {
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
