import type { AccountId } from "@polis/kratos";
import { isNodeError, KratosClientError } from "../../client/clientError.ts";
import type { KratosClient, KratosResult } from "../../client/createKratosClient.ts";
import type { WalletNode } from "../node/openNode.ts";
import { type History, type HistoryRecord, MAX_RECORDS } from "./historyRecord.ts";
import { dropRecord, failOvertaken, mergeRecords, putRecord, recordOfLine } from "./merge.ts";

/** Lines of one answer (kratos-core 13.3). */
const LINES = 200;
/** Requests for one history: pages are shorter where blocks are full. */
const MAX_PAGES = 50;
/** A node answers 100 requests in 10 s (kratos-core 13.1): a refresh stays well below. */
const MAX_ASKED = 25;

/** A transaction as `chain_getTransaction` tells it, checked to be the one that was asked for. */
export type Place = KratosResult<"chain_getTransaction">;

/**
 * Brings a history up to date: new lines of the node, then what became of the newest that are not settled.
 * @param shown first index and number of records that are about to be shown, which are settled too
 * @returns the history, which the caller stores
 * @throws KratosClientError, also for a node that contradicts itself
 */
export async function refreshHistory(
  { client, info }: WalletNode,
  account: AccountId,
  before: History,
  shown: readonly [first: number, count: number] = [0, 0],
): Promise<History> {
  let history = mergeRecords(before, await newLines(client, account, before.lastSyncedBlock));
  const [first, count] = shown;
  const isOpen = ({ status }: HistoryRecord) => status === "Pending";
  const visible = history.transactions.slice(first, first + count).filter(isOpen);
  const newest = history.transactions.filter(isOpen).slice(0, MAX_ASKED);
  for (const record of new Set([...visible, ...newest])) {
    const now = await settle(client, record);
    history = now === undefined ? dropRecord(history, record.hash) : putRecord(history, now);
  }
  return { ...failOvertaken(history), lastSyncedBlock: info.finalizedHeight };
}

/**
 * Asks what became of one record. A status other than Pending is final, and is not asked for again.
 * @returns undefined for something received that the chain has no longer
 */
export async function settle(client: KratosClient, record: HistoryRecord): Promise<HistoryRecord | undefined> {
  const place = await findTransaction(client, record);
  if (place !== undefined) return settled(record, place);
  return record.direction === "Received" ? undefined : { ...record, blockNumber: undefined };
}

/** The record after an answer about it (kratos-core 14.2): only a final block confirms. */
export function settled(record: HistoryRecord, { status, receipt, blockNumber }: Place): HistoryRecord {
  if (status !== "finalized") return { ...record, status: "Pending", blockNumber };
  const isGood = receipt!.success;
  const note = isGood ? record.note : `failed: ${receipt!.errorCode ?? "unknown"}`;
  return { ...record, status: isGood ? "Confirmed" : "Failed", blockNumber, note };
}

/**
 * Asks a node for a transaction. The answer is believed only when it is about this transaction and whole.
 * @returns undefined when the node does not know it
 * @throws KratosClientError
 */
export async function findTransaction(
  client: KratosClient,
  { hash, nonce }: Pick<HistoryRecord, "hash" | "nonce">,
): Promise<Place | undefined> {
  let place: Place;
  try {
    place = await client.chain_getTransaction(hash);
  } catch (error) {
    if (isNodeError(error, -32_002)) return undefined;
    throw error;
  }
  const isIncluded = place.status !== "pending";
  const fits =
    place.hash === hash &&
    place.nonce === nonce &&
    isIncluded === (place.receipt !== undefined) &&
    isIncluded === (place.blockNumber !== undefined);
  if (fits) return place;
  const failure = {
    kind: "malformed",
    detail: `what it says of the transaction 0x${hash} does not fit together`,
  } as const;
  throw new KratosClientError(failure, client.url, "chain_getTransaction");
}

/** What the node of a validator signs by itself: thousands of lines without a payment, which no person looks for. */
const ownWork: ReadonlySet<string> = new Set(["recordFinality", "clockAttest"]);

/** Lines of the node down to a block, newest first; at most as many as a history keeps. */
async function newLines(client: KratosClient, account: AccountId, downTo: number): Promise<readonly HistoryRecord[]> {
  const records: HistoryRecord[] = [];
  let offset = 0;
  for (let page = 0; page < MAX_PAGES && offset < MAX_RECORDS; page++) {
    const { transactions, total } = await client.state_getTransactionHistory(account, LINES, offset);
    for (const line of transactions) {
      if (line.blockNumber <= downTo) return records;
      if (!ownWork.has(line.type)) records.push(recordOfLine(account, line));
    }
    // A page of lines in large blocks is shorter than was asked for.
    offset += transactions.length;
    if (transactions.length === 0 || offset >= total) break;
  }
  return records;
}
