import type { ServiceImpl } from "@connectrpc/connect";
import { type Digest, digestOf, digestToBytes } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { type KairosBackend, transactionErrors } from "@polis/kairos";
import { type TransactionService, TransactionStatus } from "@polis/proto";
import { callError } from "../callError.ts";
import { placedInfo, waitingInfo } from "../convert/transactionMessage.ts";
import { hashField } from "../fields.ts";
import type { GrpcNode } from "../grpcNode.ts";
import type { SeenTransactions } from "../streams/seenTransactions.ts";
import { addressHistory } from "./addressHistory.ts";
import { submit } from "./submit.ts";

/** Transactions (kairos 15.2). */
export function transactionService(grpcNode: GrpcNode, seen: SeenTransactions): ServiceImpl<typeof TransactionService> {
  const node = grpcNode.backend;
  return {
    submitTransaction(request, { signal }) {
      return submit(node, request, signal);
    },
    async *submitTransactionStream(requests) {
      let index = 0n;
      for await (const { raw } of requests) {
        const outcome = await node.submit(raw);
        const txHash = keccak256(raw);
        if (outcome.ok) {
          seen.add(digestOf(txHash));
          yield { index, txHash, code: 0 };
        } else {
          const { code, text } = transactionErrors[outcome.fault.code];
          yield { index, txHash, code, message: outcome.fault.detail ?? text };
        }
        index++;
      }
    },
    getTransaction: ({ hash }) => ({ info: infoOf(node, hashField(hash)) }),
    getTransactionStatus: ({ hash }) => statusOf(node, hashField(hash), seen),
    getTransactionsByAddress: (request) => addressHistory(grpcNode, request),
  };
}

function infoOf(node: KairosBackend, hash: Digest) {
  const location = node.location(hash);
  const block = location === undefined ? undefined : node.blockByHeight(location.height);
  if (location !== undefined && block !== undefined) return placedInfo(block, location.index, true);
  const unfinal = node.unfinal(hash);
  if (unfinal?.state === "inBlock") return placedInfo(unfinal.block, unfinal.index, false);
  if (unfinal === undefined || unfinal.state === "dropped") {
    throw callError("NOT_FOUND", "no transaction has this hash");
  }
  return waitingInfo(unfinal.verified);
}

function statusOf(node: KairosBackend, hash: Digest, seen: SeenTransactions) {
  const location = node.location(hash);
  if (location !== undefined) {
    return {
      status: TransactionStatus.FINALIZED,
      blockHash: digestToBytes(node.blockByHeight(location.height)!.digest),
      height: BigInt(location.height),
      confirmations: BigInt(node.finalizedHeight() - location.height + 1),
    };
  }
  const unfinal = node.unfinal(hash);
  if (unfinal?.state === "inBlock") {
    const { digest, header } = unfinal.block;
    const place = { blockHash: digestToBytes(digest), height: BigInt(header.number) };
    return { status: TransactionStatus.IN_BLOCK, ...place };
  }
  if (unfinal?.state === "queued") return { status: TransactionStatus.QUEUED };
  if (unfinal?.state === "pending") return { status: TransactionStatus.PENDING };
  if (unfinal?.state === "dropped") return { status: TransactionStatus.DROPPED, reason: unfinal.reason };
  if (!seen.has(hash)) return { status: TransactionStatus.UNKNOWN };
  return {
    status: TransactionStatus.DROPPED,
    reason: "it left the pool: replaced, expired, evicted or its nonce used",
  };
}
