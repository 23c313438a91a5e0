import type {
  Block as BlockMessage,
  GetTransactionStatusResponse,
  TransactionInfo,
  Transaction as TransactionMessage,
} from "@polis/proto";
import { ReceiptStatus, AddressRole as Role, TransactionStatus as Status } from "@polis/proto";
import { KairosError } from "../errors/kairosError.ts";
import { type Hex, hexOf } from "../text/hex.ts";
import type { AddressRole, Block, FinalTransaction, Transaction, TransactionStatus } from "./types.ts";

/** A block message (kairos G5). */
export function blockOf(b: BlockMessage | undefined, full: boolean): Block {
  if (b === undefined) throw new KairosError("OTHER", "an answer without its block");
  return {
    height: Number(b.height),
    hash: hexOf(b.hash),
    parentHash: hexOf(b.parentHash),
    view: Number(b.view),
    timestampMs: Number(b.timestampMs),
    proposer: hexOf(b.proposerAddress),
    stateRoot: hexOf(b.stateRoot),
    transactionsRoot: hexOf(b.transactionsRoot),
    receiptsRoot: hexOf(b.receiptsRoot),
    gasUsed: b.gasUsed,
    gasLimit: b.gasLimit,
    baseFee: amountOf(b.baseFee),
    transactionCount: b.txCount,
    transactions: full ? b.transactions.map(transactionOf) : undefined,
  };
}

/** A transaction message (kairos G5). */
export function transactionOf(t: TransactionMessage | undefined): Transaction {
  if (t === undefined) throw new KairosError("OTHER", "an answer without its transaction");
  return {
    hash: hexOf(t.hash),
    type: t.type,
    from: hexOf(t.sender),
    to: optional(t.recipient),
    value: amountOf(t.value),
    nonce: t.nonce,
    gas: t.gasLimit,
    input: hexOf(t.input),
    payments: t.payments.map(({ to, amountUsdc6, memo }) => ({
      to: hexOf(to),
      amount: amountOf(amountUsdc6),
      memo: hexOf(memo),
    })),
    feePayer: optional(t.feePayer),
  };
}

/** A transaction with its place and outcome; undefined while it is not final. */
export function finalOf(info: TransactionInfo | undefined): FinalTransaction | undefined {
  if (info === undefined || info.receiptStatus === ReceiptStatus.UNSPECIFIED) return undefined;
  return {
    ...transactionOf(info.transaction),
    height: Number(info.height),
    blockHash: hexOf(info.blockHash),
    index: info.index,
    timestampMs: Number(info.timestampMs),
    status: info.receiptStatus === ReceiptStatus.SUCCEEDED ? "succeeded" : "failed",
    gasUsed: info.gasUsed,
    fee: amountOf(info.fee),
    logs: info.logs.map(({ address, topics, data }) => ({
      address: hexOf(address),
      topics: topics.map(hexOf),
      data: hexOf(data),
    })),
  };
}

/** GetTransactionStatus. */
export function statusOf({ status, blockHash, height, reason }: GetTransactionStatusResponse): TransactionStatus {
  switch (status) {
    case Status.FINALIZED:
      return { state: "final", height: Number(height) };
    case Status.IN_BLOCK:
      return { state: "inBlock", blockHash: hexOf(blockHash) };
    case Status.DROPPED:
      return { state: "dropped", reason };
    case Status.QUEUED:
      return { state: "queued" };
    case Status.PENDING:
      return { state: "pending" };
    default:
      return { state: "unknown" };
  }
}

const roles: ReadonlyMap<number, AddressRole> = new Map([
  [Role.SENDER, "sender"],
  [Role.RECIPIENT, "recipient"],
  [Role.FEE_PAYER, "feePayer"],
  [Role.TRANSFER_LOG, "transferLog"],
]);

/** The role of a history entry. */
export function roleOf(role: number): AddressRole {
  const name = roles.get(role);
  if (name === undefined) throw new KairosError("OTHER", `an unknown role: ${role}`);
  return name;
}

/** A decimal amount; an absent one is 0. */
export function amountOf(text: string): bigint {
  if (!/^\d{0,78}$/.test(text)) throw new KairosError("OTHER", "not an amount in an answer");
  return BigInt(text);
}

function optional(bytes: Uint8Array): Hex | null {
  return bytes.length === 0 ? null : hexOf(bytes);
}
