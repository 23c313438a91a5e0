import { bytesToHex0x, type Digest, quantityOf } from "@polis/codec";
import type { Log } from "../receipt/log.ts";
import type { ApiBlock } from "./backend.ts";
import type { Json } from "./method.ts";

/** The transaction that a log is of: its hash, and its position in its block. */
export interface LogPlace {
  readonly block: Pick<ApiBlock, "digest" | "header">;
  readonly hash: Digest;
  readonly index: number;
}

/**
 * A log as receipts, `eth_getLogs` and subscriptions show it.
 * @param logIndex position among all logs of the block
 */
export function logJson(log: Log, { block, hash, index }: LogPlace, logIndex: number): Json {
  return {
    address: `0x${log.address}`,
    topics: log.topics.map((topic) => `0x${topic}`),
    data: bytesToHex0x(log.data),
    blockHash: `0x${block.digest}`,
    blockNumber: quantityOf(block.header.number),
    blockTimestamp: quantityOf(block.header.timestampS),
    transactionHash: `0x${hash}`,
    transactionIndex: quantityOf(index),
    logIndex: quantityOf(logIndex),
    removed: false,
  };
}
