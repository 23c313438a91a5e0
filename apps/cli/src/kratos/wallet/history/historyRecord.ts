import type { Digest } from "@polis/codec";
import type { AccountId } from "@polis/kratos";
import { readAmount } from "@polis/kratos";

/** What became of a transaction. Only `chain_getTransaction` makes it something else than Pending (kratos-core 14.2). */
export type HistoryStatus = "Pending" | "Confirmed" | "Failed";

/** One transaction of the wallet's account (kratos-core 14.2). */
export interface HistoryRecord {
  readonly hash: Digest;
  readonly direction: "Sent" | "Received";
  readonly status: HistoryStatus;
  /** Who received or sent; undefined for calls without a second party. */
  readonly counterparty: AccountId | undefined;
  /** Base units. */
  readonly amount: bigint;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly blockNumber: number | undefined;
  readonly nonce: number;
  /** What it was besides a transfer, or why it failed. */
  readonly note: string | undefined;
}

/** The whole of history.json. @property transactions newest first */
export interface History {
  readonly transactions: readonly HistoryRecord[];
  /** Everything final up to this block is there. */
  readonly lastSyncedBlock: number;
}

/** Records that are kept; older ones are at the node. */
export const MAX_RECORDS = 5_000;

/** The text of a history, before it is encrypted. */
export function historyText({ transactions, lastSyncedBlock }: History): string {
  return JSON.stringify({
    transactions: transactions.map(({ blockNumber, amount, counterparty, note, ...record }) => ({
      ...record,
      amount: amount.toString(),
      ...(counterparty === undefined ? {} : { counterparty }),
      ...(blockNumber === undefined ? {} : { block_number: blockNumber }),
      ...(note === undefined ? {} : { note }),
    })),
    last_synced_block: lastSyncedBlock,
  });
}

/** Reads such a text. It was authenticated, so that only a program of another version can have written another form. @throws Error */
export function parseHistory(text: string): History {
  const { transactions, last_synced_block } = JSON.parse(text) as {
    readonly transactions: readonly Readonly<Record<string, unknown>>[];
    readonly last_synced_block: number;
  };
  if (!Array.isArray(transactions) || transactions.length > MAX_RECORDS || !isCount(last_synced_block))
    throw new Error("another form of history");
  return { transactions: transactions.map(parseRecord), lastSyncedBlock: last_synced_block };
}

function parseRecord(record: Readonly<Record<string, unknown>>): HistoryRecord {
  const { hash, direction, status, counterparty, amount, timestamp, block_number, nonce, note } = record;
  const isGood =
    isHash(hash) &&
    (direction === "Sent" || direction === "Received") &&
    (status === "Pending" || status === "Confirmed" || status === "Failed") &&
    (counterparty === undefined || isHash(counterparty)) &&
    isCount(timestamp) &&
    isCount(nonce) &&
    (block_number === undefined || isCount(block_number)) &&
    (note === undefined || typeof note === "string");
  if (!isGood) throw new Error("another form of record");
  const read = { hash, direction, status, counterparty, timestamp, blockNumber: block_number, nonce, note };
  return { ...(read as unknown as HistoryRecord), amount: readAmount(amount, "amount") };
}

function isHash(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
