import { bytesToHex0x, quantityOf } from "@polis/codec";
import { encodeExtraData } from "../block/extraData.ts";
import { emptyTrieRoot } from "../block/header.ts";
import type { ApiBlock } from "./backend.ts";
import type { Json } from "./method.ts";
import { transactionJson } from "./transactionJson.ts";

const zero32 = `0x${"0".repeat(64)}`;
const ommersHash = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347";
const requestsHash = "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/**
 * A block as `eth_getBlockBy…` shows it.
 * @param full transactions as objects instead of hashes
 */
export function blockJson(block: ApiBlock, full: boolean): Json {
  return {
    ...headerJson(block),
    totalDifficulty: "0x0",
    withdrawals: [],
    size: quantityOf(block.sizeBytes()),
    uncles: [],
    transactions: full
      ? block.transactions().map((verified, index) => transactionJson(verified, { block, index }))
      : block.decoded().map((transaction) => `0x${transaction.hash}`),
  };
}

/** Ethereum's header fields (kairos 5.1), and the fields of extraData by name. */
export function headerJson({ header, digest }: Pick<ApiBlock, "header" | "digest">): Record<string, Json> {
  return {
    number: quantityOf(header.number),
    hash: `0x${digest}`,
    parentHash: `0x${header.parentHash}`,
    sha3Uncles: ommersHash,
    miner: `0x${header.beneficiary}`,
    stateRoot: `0x${header.stateRoot}`,
    transactionsRoot: `0x${header.transactionsRoot}`,
    receiptsRoot: `0x${header.receiptsRoot}`,
    logsBloom: bytesToHex0x(header.logsBloom),
    difficulty: "0x0",
    gasLimit: quantityOf(header.gasLimit),
    gasUsed: quantityOf(header.gasUsed),
    timestamp: quantityOf(header.timestampS),
    extraData: bytesToHex0x(encodeExtraData(header.extra)),
    mixHash: `0x${header.mixHash}`,
    nonce: "0x0000000000000000",
    baseFeePerGas: quantityOf(header.baseFeePerGas),
    withdrawalsRoot: `0x${emptyTrieRoot}`,
    blobGasUsed: "0x0",
    excessBlobGas: "0x0",
    parentBeaconBlockRoot: zero32,
    requestsHash,
    view: quantityOf(header.extra.view),
    parentView: quantityOf(header.extra.parentView),
    epoch: quantityOf(header.extra.epoch),
    millisecond: quantityOf(header.extra.millisecond),
  };
}
