import { quantityOf } from "@polis/codec";
import { paymentType } from "../payment/types.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import type { ApiBlock } from "./backend.ts";
import { ethereumJson } from "./ethereumJson.ts";
import { effectiveGasPrice, feeCapOf } from "./gasPrices.ts";
import type { Json } from "./method.ts";
import { paymentJson } from "./paymentJson.ts";

/** Where a transaction stands in an executed block. */
export interface Place {
  readonly block: Pick<ApiBlock, "digest" | "header">;
  readonly index: number;
}

/**
 * A transaction of any type as JSON-RPC shows it. The block fields are null while it is in no block, and its gas price is
 * then the highest that it pays.
 */
export function transactionJson({ transaction, sender }: VerifiedTransaction, place: Place | undefined): Json {
  const baseFee = place?.block.header.baseFeePerGas;
  const gasPrice = baseFee === undefined ? feeCapOf(transaction) : effectiveGasPrice(transaction, baseFee);
  return {
    type: quantityOf(transaction.type),
    hash: `0x${transaction.hash}`,
    nonce: quantityOf(transaction.nonce),
    from: `0x${sender}`,
    gas: quantityOf(transaction.gas),
    gasPrice: quantityOf(gasPrice),
    ...placeJson(place),
    ...(transaction.type === paymentType ? paymentJson(transaction) : ethereumJson(transaction)),
  };
}

function placeJson(place: Place | undefined): Record<string, Json> {
  if (place === undefined) return { blockHash: null, blockNumber: null, transactionIndex: null };
  return {
    blockHash: `0x${place.block.digest}`,
    blockNumber: quantityOf(place.block.header.number),
    transactionIndex: quantityOf(place.index),
  };
}
