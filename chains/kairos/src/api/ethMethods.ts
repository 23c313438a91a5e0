import { type Address, type Digest, quantityOf } from "@polis/codec";
import type { KairosBackend } from "./backend.ts";
import { blockJson } from "./blockJson.ts";
import { errorAnswer } from "./errorAnswer.ts";
import { type Answer, type Method, method, refusal, result } from "./method.ts";
import { receiptJson } from "./receiptJson.ts";
import type { BlockRef } from "./paramSpec.ts";
import { resolveBlock } from "./resolveBlock.ts";
import { type Place, transactionJson } from "./transactionJson.ts";

const address = { name: "address", type: "address" } as const;
const block = { name: "block", type: "block", hashes: true } as const;
const optionalBlock = { ...block, optional: true } as const;
const height = { name: "blockNumber", type: "block", hashes: false } as const;
const full = { name: "fullTransactions", type: "boolean", optional: true } as const;

/** Largest raw transaction that is looked at; genesis may set less (kairos 5.5). */
const maxRawBytes = 131_072;

/** The `eth` namespace, as far as this ledger has the objects behind it (kairos 16.2). */
export const ethMethods: Readonly<Record<string, Method>> = {
  eth_chainId: method([], (node) => result(quantityOf(node.params.chainId))),
  eth_blockNumber: method([], (node) => result(quantityOf(node.finalizedHeight()))),
  eth_syncing: method([], syncing),
  eth_getBalance: method([address, optionalBlock], (node, [account, ref]) =>
    readAccount(node, account, ref, (_nonce, balance) => balance),
  ),
  eth_getTransactionCount: method([address, optionalBlock], (node, [account, ref]) => {
    // Nonces under `pending` include the pool (kairos 16.1).
    if (ref?.kind === "tag" && ref.tag === "pending") return result(quantityOf(node.nextNonce(account as Address)));
    return readAccount(node, account, ref, (nonce) => nonce);
  }),
  eth_getBlockByNumber: method([height, full], (node, [ref, asObjects]) => showBlock(node, ref, asObjects), 2),
  eth_getBlockByHash: method(
    [{ name: "blockHash", type: "hash" }, full],
    (node, [hash, asObjects]) => showBlock(node, { kind: "hash", hash }, asObjects),
    2,
  ),
  eth_getTransactionByHash: method([{ name: "hash", type: "hash" }], (node, [hash]) => showTransaction(node, hash)),
  eth_getTransactionReceipt: method([{ name: "hash", type: "hash" }], (node, [hash]) => {
    const place = finalPlace(node, hash as Digest);
    return result(place === undefined ? null : receiptJson(place));
  }),
  eth_sendRawTransaction: method([{ name: "data", type: "data", maxBytes: maxRawBytes }], async (node, [envelope]) => {
    const outcome = await node.submit(envelope);
    return outcome.ok ? result(`0x${outcome.value}`) : errorAnswer(outcome.fault);
  }),
  // F5.
  eth_gasPrice: method([], (node) => result(quantityOf(node.nextBaseFee() + node.suggestedTip()))),
  eth_maxPriorityFeePerGas: method([], (node) => result(quantityOf(node.suggestedTip()))),
  eth_accounts: method([], () => result([])),
  eth_blobBaseFee: method([], () => result("0x1")),
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

function readAccount(
  node: KairosBackend,
  account: string,
  ref: BlockRef | undefined,
  pick: (nonce: bigint, balance: bigint) => bigint,
): Answer {
  const at = resolveBlock(node, ref);
  if (at === undefined) return refusal(-32001, "block not found");
  const found = node.account(account as Address, at.digest);
  if (found === "unavailable") {
    return refusal(-32001, `the state of block ${at.header.number} is not kept by this node`);
  }
  return result(quantityOf(pick(found?.nonce ?? 0n, found?.balance ?? 0n)));
}

function showBlock(node: KairosBackend, ref: BlockRef, asObjects: boolean | undefined): Answer {
  const found = resolveBlock(node, ref);
  return result(found === undefined ? null : blockJson(found, asObjects === true));
}

function showTransaction(node: KairosBackend, hash: string): Answer {
  const place = finalPlace(node, hash as Digest);
  if (place !== undefined) return result(transactionJson(place.block.transactions()[place.index]!, place));
  // Speculative blocks are visible only through `pending` (kairos J3): such a transaction is shown as pending.
  const unfinal = node.unfinal(hash as Digest);
  if (unfinal === undefined || unfinal.state === "dropped") return result(null);
  const verified = unfinal.state === "inBlock" ? unfinal.block.transactions()[unfinal.index]! : unfinal.verified;
  return result(transactionJson(verified, undefined));
}

function finalPlace(node: KairosBackend, hash: Digest): Place | undefined {
  const location = node.location(hash);
  if (location === undefined) return undefined;
  const found = node.blockByHeight(location.height);
  return found === undefined ? undefined : { block: found, index: location.index };
}
