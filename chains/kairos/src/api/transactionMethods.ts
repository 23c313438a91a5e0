import { bytesToHex0x, type Digest } from "@polis/codec";
import type { VerifiedTransaction } from "../transaction/types.ts";
import type { ApiBlock, KairosBackend } from "./backend.ts";
import { errorAnswer } from "./errorAnswer.ts";
import { type FinalPlace, finalPlace } from "./finalPlace.ts";
import { type Answer, type Method, method, result } from "./method.ts";
import { receiptJson } from "./receiptJson.ts";
import { resolveBlock } from "./resolveBlock.ts";
import { sendAndWait } from "./sendAndWait.ts";
import { blockHash, blockNumber, indexParam, rawTransaction, transactionHash } from "./specs.ts";
import { transactionJson } from "./transactionJson.ts";

const timeout = { name: "timeoutMs", type: "number", maxBits: 64, optional: true } as const;

/** Sending transactions and looking at them (kairos 16.2). */
export const transactionMethods: Readonly<Record<string, Method>> = {
  eth_sendRawTransaction: method([rawTransaction], async (node, [envelope]) => {
    const outcome = await node.submit(envelope);
    return outcome.ok ? result(`0x${outcome.value}`) : errorAnswer(outcome.fault);
  }),
  eth_sendRawTransactionSync: method([rawTransaction, timeout], (node, [envelope, timeoutMs], call) =>
    sendAndWait(node, envelope, timeoutMs, call?.signal),
  ),
  eth_getTransactionByHash: method([transactionHash], (node, [hash]) => showTransaction(node, hash as Digest)),
  eth_getTransactionReceipt: method([transactionHash], (node, [hash]) => {
    const place = finalPlace(node, hash as Digest);
    return result(place === undefined ? null : receiptJson(place));
  }),
  eth_getTransactionByBlockNumberAndIndex: method([blockNumber, indexParam], (node, [ref, at]) =>
    transactionAt(resolveBlock(node, ref), Number(at), asJson),
  ),
  eth_getTransactionByBlockHashAndIndex: method([blockHash, indexParam], (node, [hash, at]) =>
    transactionAt(node.blockByDigest(hash as Digest), Number(at), asJson),
  ),
  eth_getRawTransactionByHash: method([transactionHash], (node, [hash]) => rawByHash(node, hash as Digest)),
  eth_getRawTransactionByBlockNumberAndIndex: method([blockNumber, indexParam], (node, [ref, at]) =>
    transactionAt(resolveBlock(node, ref), Number(at), asRaw),
  ),
  eth_getRawTransactionByBlockHashAndIndex: method([blockHash, indexParam], (node, [hash, at]) =>
    transactionAt(node.blockByDigest(hash as Digest), Number(at), asRaw),
  ),
};

/** The envelope of any transaction that this node has, or null. */
export function rawByHash(node: KairosBackend, hash: Digest): Answer {
  const place = finalPlace(node, hash);
  if (place !== undefined) return asRaw(place);
  const verified = unfinalTransaction(node, hash);
  return result(verified === undefined ? null : bytesToHex0x(verified.transaction.envelope));
}

function showTransaction(node: KairosBackend, hash: Digest): Answer {
  const place = finalPlace(node, hash);
  if (place !== undefined) return asJson(place);
  // Speculative blocks are visible only through `pending` (kairos J3): such a transaction is shown as pending.
  const verified = unfinalTransaction(node, hash);
  return result(verified === undefined ? null : transactionJson(verified, undefined));
}

function unfinalTransaction(node: KairosBackend, hash: Digest): VerifiedTransaction | undefined {
  const found = node.unfinal(hash);
  if (found === undefined || found.state === "dropped") return undefined;
  return found.state === "inBlock" ? found.block.transactionAt(found.index)! : found.verified;
}

function transactionAt(block: ApiBlock | undefined, index: number, show: (place: FinalPlace) => Answer): Answer {
  if (block === undefined || index >= block.decoded().length) return result(null);
  return show({ block, index });
}

function asJson(place: FinalPlace): Answer {
  return result(transactionJson(place.block.transactionAt(place.index)!, place));
}

function asRaw({ block, index }: FinalPlace): Answer {
  return result(bytesToHex0x(block.decoded()[index]!.envelope));
}
