import type { Digest } from "@polis/codec";
import type { Block } from "../block/block.ts";
import { blockHash, type Header } from "../block/header.ts";
import { innerCall, recipientOf } from "../chain/touches.ts";
import type { AccountId } from "../identifiers.ts";
import { type Account, reservedOf } from "../modules/accounts/account.ts";
import { FEE_MULTIPLIER, priceCall, type Receipt } from "../runtime/applyTransaction.ts";
import { type SignedTransaction, transactionHash } from "../transaction/transaction.ts";
import type { KratosBackend } from "./backend.ts";
import { callDetails } from "./callJson.ts";
import { type Json, toJson } from "./json.ts";

type JsonObject = { readonly [key: string]: Json };

const UNIT = 10n ** 12n;
const DECIMALS = 6;

/** `1.5 KRAT`: the whole part and at most six decimals without trailing zeros, cut and not rounded (kratos-core 13.3). */
export function kratText(amount: bigint): string {
  const fraction = (amount % UNIT).toString().padStart(12, "0").slice(0, DECIMALS).replace(/0+$/, "");
  return `${amount / UNIT}${fraction === "" ? "" : `.${fraction}`} KRAT`;
}

/** Bytes as `0x` and lower-case hex. */
export function hex(digest: Digest): string {
  return `0x${digest}`;
}

/** The object Header (kratos-core 13.3). */
export function headerJson(header: Header, txCount: number): JsonObject {
  const { number, parentHash, timestamp, author, epoch, slot, stateRoot, transactionsRoot } = header;
  return {
    ...{
      number,
      hash: hex(blockHash(header)),
      parentHash: hex(parentHash),
      timestamp,
      author: hex(author),
      epoch,
      slot,
    },
    ...{ txCount, stateRoot: hex(stateRoot), transactionsRoot: hex(transactionsRoot) },
  };
}

/** The object Block. */
export function blockJson(node: Pick<KratosBackend, "reader">, { header, transactions }: Block): JsonObject {
  return {
    ...headerJson(header, transactions.length),
    transactions: transactions.map((signed) => transactionJson(node, signed)),
  };
}

/** The object TransactionInfo. The type of a tipped call is that of the call inside; the tip is part of the fee. */
export function transactionJson(
  { reader }: Pick<KratosBackend, "reader">,
  { transaction }: SignedTransaction,
): JsonObject {
  const { codec, rules } = reader.tree;
  const { baseFee, tip } = priceCall(rules.runtime, transaction.call, FEE_MULTIPLIER);
  const call = innerCall(transaction.call);
  return {
    ...{ hash: hex(transactionHash(codec, transaction)), from: hex(transaction.sender), nonce: transaction.nonce },
    ...{ txType: typeName(call.name), details: callDetails(call), timestamp: transaction.timestamp },
    fee: (baseFee + tip).toString(),
  };
}

/** A receipt as `chain_getTransaction` shows it. */
export function receiptJson({ success, fee, code }: Receipt, index: number): JsonObject {
  return { success, feePaid: fee.toString(), errorCode: code ?? null, index };
}

/** The object Account. */
export function accountJson(address: AccountId, account: Account): JsonObject {
  const { free, nonce } = account;
  const reserved = reservedOf(account);
  const total = free + reserved;
  return {
    ...{ address: hex(address), free: kratText(free), reserved: kratText(reserved), total: kratText(total) },
    ...{ freeRaw: free.toString(), reservedRaw: reserved.toString(), totalRaw: total.toString(), nonce },
  };
}

/** One line of a history. */
export function historyJson(
  node: KratosBackend,
  account: AccountId,
  { header, transactions }: Block,
  index: number,
  receipt: Receipt,
): JsonObject {
  const { transaction } = transactions[index]!;
  const { codec, rules } = node.reader.tree;
  const { kind, call } = priceCall(rules.runtime, transaction.call, FEE_MULTIPLIER);
  const amount = kind.rules.moves?.(call.fields) ?? (call.fields as { readonly amount?: bigint }).amount ?? 0n;
  const to = recipientOf(transaction.call);
  const isSender = transaction.sender === account;
  return {
    ...{ hash: hex(transactionHash(codec, transaction)), from: hex(transaction.sender), to: toJson(to) },
    ...{ amount: amount.toString(), amountFormatted: kratText(amount), type: typeName(call.name) },
    ...{ direction: !isSender ? "received" : to === account ? "self" : "sent", nonce: transaction.nonce },
    ...{ timestamp: header.timestamp, blockNumber: header.number, blockHash: hex(blockHash(header)) },
    success: receipt.success,
  };
}

function typeName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
