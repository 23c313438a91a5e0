import { type Digest, quantityOf } from "@polis/codec";
import type { ApiBlock, KairosBackend } from "./backend.ts";
import { blockJson, headerJson } from "./blockJson.ts";
import { type Answer, type CallInfo, type Method, method, result } from "./method.ts";
import type { BlockRef } from "./paramSpec.ts";
import { receiptJson } from "./receiptJson.ts";
import { resolveBlock } from "./resolveBlock.ts";
import { anyBlock, blockHash, blockNumber, indexParam } from "./specs.ts";

const full = { name: "fullTransactions", type: "boolean", optional: true } as const;

/** Blocks, headers and what is counted in them (kairos 16.2). There are no uncles. */
export const chainMethods: Readonly<Record<string, Method>> = {
  eth_chainId: method([], (node) => result(quantityOf(node.params.chainId))),
  eth_blockNumber: method([], (node) => result(quantityOf(node.finalizedHeight()))),
  eth_syncing: method([], syncing),
  eth_getBlockByNumber: method(
    [blockNumber, full],
    (node, [ref, asObjects], call) => block(node, resolveBlock(node, ref), asObjects, call),
    2,
  ),
  eth_getBlockByHash: method(
    [blockHash, full],
    (node, [hash, asObjects], call) => block(node, byHash(node, hash), asObjects, call),
    2,
  ),
  eth_getHeaderByNumber: method([blockNumber], (node, [ref]) => header(resolveBlock(node, ref))),
  eth_getHeaderByHash: method([blockHash], (node, [hash]) => header(byHash(node, hash))),
  eth_getBlockTransactionCountByNumber: method([blockNumber], (node, [ref]) => count(resolveBlock(node, ref))),
  eth_getBlockTransactionCountByHash: method([blockHash], (node, [hash]) => count(byHash(node, hash))),
  eth_getUncleCountByBlockNumber: method([blockNumber], (node, [ref]) => uncles(resolveBlock(node, ref))),
  eth_getUncleCountByBlockHash: method([blockHash], (node, [hash]) => uncles(byHash(node, hash))),
  eth_getUncleByBlockNumberAndIndex: method([blockNumber, indexParam], () => result(null)),
  eth_getUncleByBlockHashAndIndex: method([blockHash, indexParam], () => result(null)),
  eth_getBlockReceipts: method([anyBlock], receipts, 10),
};

function syncing(node: KairosBackend): Answer {
  const { syncingTo } = node.status();
  if (syncingTo === undefined) return result(false);
  return result({
    startingBlock: quantityOf(node.earliestHeight()),
    currentBlock: quantityOf(node.finalizedHeight()),
    highestBlock: quantityOf(syncingTo),
  });
}

function byHash(node: KairosBackend, hash: string): ApiBlock | undefined {
  return node.blockByDigest(hash as Digest);
}

/** Gas of a block that is shown by another thread: it has more than about a hundred transactions. */
const heavyGas = 2_100_000n;

function block(
  node: KairosBackend,
  found: ApiBlock | undefined,
  asObjects: boolean | undefined,
  call: CallInfo | undefined,
): Answer | Promise<Answer> {
  if (found === undefined) return result(null);
  if (asObjects !== true) return result(blockJson(found, false));
  if (found.header.gasUsed > heavyGas) return node.run({ kind: "block", block: found.digest }, call?.signal);
  return result(blockJson(found, true));
}

function header(found: ApiBlock | undefined): Answer {
  return result(found === undefined ? null : headerJson(found));
}

function count(found: ApiBlock | undefined): Answer {
  return result(found === undefined ? null : quantityOf(found.decoded().length));
}

function uncles(found: ApiBlock | undefined): Answer {
  return result(found === undefined ? null : "0x0");
}

function receipts(
  node: KairosBackend,
  [ref]: readonly [BlockRef],
  call: CallInfo | undefined,
): Answer | Promise<Answer> {
  const found = resolveBlock(node, ref);
  // Receipts of speculative blocks are not shown (kairos J3).
  if (found === undefined || node.blockByHeight(found.header.number)?.digest !== found.digest) return result(null);
  if (found.header.gasUsed > heavyGas) return node.run({ kind: "receipts", block: found.digest }, call?.signal);
  return result(found.transactions().map((_, index) => receiptJson({ block: found, index })));
}
