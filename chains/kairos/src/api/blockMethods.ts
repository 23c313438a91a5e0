import { bytesToHex0x, type Digest, quantityOf } from "@polis/codec";
import type { ApiBlock, KairosBackend } from "./backend.ts";
import { type Method, method, result } from "./method.ts";
import type { BlockRef } from "./paramSpec.ts";
import { receiptJson } from "./receiptJson.ts";
import { resolveBlock } from "./resolveBlock.ts";
import { type Place, transactionJson } from "./transactionJson.ts";

const height = { name: "blockNumber", type: "block", hashes: false } as const;
const anyBlock = { name: "block", type: "block", hashes: true } as const;
const blockHash = { name: "blockHash", type: "hash" } as const;
const index = { name: "index", type: "quantity", maxBits: 32 } as const;

/** Parts of a block, and transactions by their place (kairos 16.2). There are no uncles. */
export const blockMethods: Readonly<Record<string, Method>> = {
  eth_getBlockTransactionCountByNumber: method([height], (node, [ref]) => count(resolveBlock(node, ref))),
  eth_getBlockTransactionCountByHash: method([blockHash], (node, [hash]) => count(byHash(node, hash))),
  eth_getUncleCountByBlockNumber: method([height], (node, [ref]) => uncles(resolveBlock(node, ref))),
  eth_getUncleCountByBlockHash: method([blockHash], (node, [hash]) => uncles(byHash(node, hash))),
  eth_getUncleByBlockNumberAndIndex: method([height, index], () => result(null)),
  eth_getUncleByBlockHashAndIndex: method([blockHash, index], () => result(null)),
  eth_getTransactionByBlockNumberAndIndex: method([height, index], (node, [ref, at]) =>
    transactionAt(resolveBlock(node, ref), at),
  ),
  eth_getTransactionByBlockHashAndIndex: method([blockHash, index], (node, [hash, at]) =>
    transactionAt(byHash(node, hash), at),
  ),
  eth_getRawTransactionByHash: method([{ name: "hash", type: "hash" }], (node, [hash]) => raw(node, hash as Digest)),
  eth_getBlockReceipts: method([anyBlock], receipts, 10),
};

function byHash(node: KairosBackend, hash: string): ApiBlock | undefined {
  return node.blockByDigest(hash as Digest);
}

function count(block: ApiBlock | undefined) {
  return result(block === undefined ? null : quantityOf(block.transactions().length));
}

function uncles(block: ApiBlock | undefined) {
  return result(block === undefined ? null : "0x0");
}

function transactionAt(block: ApiBlock | undefined, at: bigint) {
  const verified = block?.transactions()[Number(at)];
  return result(
    block === undefined || verified === undefined ? null : transactionJson(verified, { block, index: Number(at) }),
  );
}

function raw(node: KairosBackend, hash: Digest) {
  const location = node.location(hash);
  const final = location === undefined ? undefined : node.blockByHeight(location.height);
  if (location !== undefined && final !== undefined) {
    return result(bytesToHex0x(final.transactions()[location.index]!.transaction.envelope));
  }
  const found = node.unfinal(hash);
  if (found === undefined || found.state === "dropped") return result(null);
  const verified = found.state === "inBlock" ? found.block.transactions()[found.index]! : found.verified;
  return result(bytesToHex0x(verified.transaction.envelope));
}

function receipts(node: KairosBackend, [ref]: readonly [BlockRef]) {
  const block = resolveBlock(node, ref);
  // Receipts of speculative blocks are not shown (kairos J3).
  if (block === undefined || node.blockByHeight(block.header.number)?.digest !== block.digest) return result(null);
  return result(block.transactions().map((_, at) => receiptJson({ block, index: at } satisfies Place)));
}
