import type { Digest } from "@polis/codec";
import type { AccountId } from "@polis/kratos";
import type { KratosResult } from "../../client/createKratosClient.ts";
import { type History, type HistoryRecord, MAX_RECORDS } from "./historyRecord.ts";

type Line = KratosResult<"state_getTransactionHistory">["transactions"][number];

/** A line of a node's history as a record; Pending, because only `chain_getTransaction` tells more (kratos-core 14.2). */
export function recordOfLine(account: AccountId, line: Line): HistoryRecord {
  const isSent = line.from === account;
  return {
    ...{ hash: line.hash, direction: isSent ? "Sent" : "Received", status: "Pending" },
    ...{ counterparty: isSent ? line.to : line.from, amount: line.amount, timestamp: line.timestamp },
    ...{ blockNumber: line.blockNumber, nonce: line.nonce },
    note: line.type === "transfer" ? undefined : line.type,
  };
}

/**
 * Puts records into a history: each hash once, newest first. What the wallet knows itself stays; the place in the chain is that
 * of the node.
 */
export function mergeRecords(history: History, records: readonly HistoryRecord[]): History {
  const known = new Map<Digest, HistoryRecord>(history.transactions.map((record) => [record.hash, record]));
  for (const record of records) {
    const before = known.get(record.hash);
    known.set(record.hash, before === undefined ? record : { ...before, blockNumber: record.blockNumber });
  }
  const transactions = [...known.values()].sort(newestFirst).slice(0, MAX_RECORDS);
  return { ...history, transactions };
}

/** Replaces the record of a hash, or adds it. */
export function putRecord(history: History, record: HistoryRecord): History {
  const others = history.transactions.filter(({ hash }) => hash !== record.hash);
  return { ...history, transactions: [...others, record].sort(newestFirst).slice(0, MAX_RECORDS) };
}

/** Takes the record of a hash out. */
export function dropRecord(history: History, dropped: Digest): History {
  return { ...history, transactions: history.transactions.filter(({ hash }) => hash !== dropped) };
}

/** A transaction whose nonce a final one of the same account has can never be in the chain. */
export function failOvertaken(history: History): History {
  const isFinal = ({ direction, status, blockNumber }: HistoryRecord) =>
    direction === "Sent" && status !== "Pending" && blockNumber !== undefined;
  const used = new Set(history.transactions.filter(isFinal).map(({ nonce }) => nonce));
  const transactions = history.transactions.map((record): HistoryRecord => {
    const isOvertaken = record.direction === "Sent" && record.status === "Pending" && used.has(record.nonce);
    if (!isOvertaken || record.blockNumber !== undefined) return record;
    return { ...record, status: "Failed", note: record.note ?? "another transaction took its nonce" };
  });
  return { ...history, transactions };
}

/** Waiting transactions first, then by block, then by time; in a block of one account by nonce. */
function newestFirst(a: HistoryRecord, b: HistoryRecord): number {
  const [blockA, blockB] = [a.blockNumber ?? Number.MAX_SAFE_INTEGER, b.blockNumber ?? Number.MAX_SAFE_INTEGER];
  return blockB - blockA || b.timestamp - a.timestamp || b.nonce - a.nonce || (a.hash < b.hash ? -1 : 1);
}
