import type { Json } from "../rpc/jsonRpc.ts";
import type { Hex } from "../text/hex.ts";
import { asBigInt, asHex, asList, asNumber, asRecord, asText } from "./readJson.ts";
import type { AddressRole, Block, FinalTransaction, Transaction, TransactionStatus } from "./types.ts";

/** A block as `eth_getBlockBy…` shows it. */
export function readBlock(value: Json, full: boolean): Block {
  const b = asRecord(value);
  const transactions = asList(b.transactions);
  return {
    height: asNumber(b.number),
    hash: asHex(b.hash),
    parentHash: asHex(b.parentHash),
    view: asNumber(b.view),
    timestampMs: asNumber(b.timestamp) * 1_000 + asNumber(b.millisecond),
    proposer: asHex(b.miner),
    stateRoot: asHex(b.stateRoot),
    transactionsRoot: asHex(b.transactionsRoot),
    receiptsRoot: asHex(b.receiptsRoot),
    gasUsed: asBigInt(b.gasUsed),
    gasLimit: asBigInt(b.gasLimit),
    baseFee: asBigInt(b.baseFeePerGas),
    transactionCount: transactions.length,
    transactions: full ? transactions.map(readTransaction) : undefined,
  };
}

/** A transaction as JSON-RPC shows it (kairos T17). */
export function readTransaction(value: Json): Transaction {
  const t = asRecord(value);
  return {
    hash: asHex(t.hash),
    type: asNumber(t.type),
    from: asHex(t.from),
    to: optional(t.to),
    value: asBigInt(t.value),
    nonce: asBigInt(t.nonce),
    gas: asBigInt(t.gas),
    input: asHex(t.input),
    payments: t.payments === undefined ? [] : asList(t.payments).map(readPayment),
    feePayer: optional(t.feePayer),
  };
}

function readPayment(value: Json) {
  const { to, amount, memo } = asRecord(value);
  return { to: asHex(to), amount: asBigInt(amount), memo: asHex(memo) };
}

/** A transaction with its receipt. */
export function readFinal(transaction: Transaction, value: Json, timestampMs: number): FinalTransaction {
  const r = asRecord(value);
  const gasUsed = asBigInt(r.gasUsed);
  return {
    ...transaction,
    height: asNumber(r.blockNumber),
    blockHash: asHex(r.blockHash),
    index: asNumber(r.transactionIndex),
    timestampMs,
    status: asNumber(r.status) === 1 ? "succeeded" : "failed",
    gasUsed,
    fee: gasUsed * asBigInt(r.effectiveGasPrice),
    logs: asList(r.logs).map((log) => {
      const { address, topics, data } = asRecord(log);
      return { address: asHex(address), topics: asList(topics).map(asHex), data: asHex(data) };
    }),
  };
}

/** `kairos_getTransactionStatus`. */
export function readStatus(value: Json): TransactionStatus {
  const { status, blockHash, height, reason } = asRecord(value);
  switch (status) {
    case "FINALIZED":
      return { state: "final", height: asNumber(height) };
    case "IN_BLOCK":
      return { state: "inBlock", blockHash: asHex(blockHash) };
    case "DROPPED":
      return { state: "dropped", reason: asText(reason) };
    case "QUEUED":
      return { state: "queued" };
    case "PENDING":
      return { state: "pending" };
    default:
      return { state: "unknown" };
  }
}

/** A page of `kairos_getAddressTransactions`: hashes, to be looked up. */
export function readHistory(value: Json): {
  readonly entries: readonly { readonly role: AddressRole; readonly hash: Hex }[];
  readonly next: string | undefined;
} {
  const { items, nextCursor } = asRecord(value);
  return {
    entries: asList(items).map((item) => {
      const { role, hash } = asRecord(item);
      return { role: asText(role) as AddressRole, hash: asHex(hash) };
    }),
    next: nextCursor === null ? undefined : asText(nextCursor),
  };
}

function optional(value: Json | undefined): Hex | null {
  return value === undefined || value === null ? null : asHex(value);
}
