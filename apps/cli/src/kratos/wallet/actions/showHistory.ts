import type { HistoryRecord } from "../history/historyRecord.ts";
import { refreshHistory } from "../history/refreshHistory.ts";
import { loadHistory, saveRefreshed } from "../history/walletHistory.ts";
import { answer } from "../io.ts";
import type { Session } from "../session.ts";
import { shortAddress } from "../text/addresses.ts";
import { formatKrat } from "../text/amounts.ts";
import { formatTime } from "../text/times.ts";

/** Lines of a page (kratos-core 14.3). */
const PAGE = 10;

/**
 * Shows a page of the history, after bringing it up to date with the node.
 * @param page from 1
 * @returns how many pages there are
 */
export async function showHistory(session: Session, page: number): Promise<number> {
  const before = await loadHistory(session);
  const first = (page - 1) * PAGE;
  const refreshed = await refreshHistory(await session.node(), session.wallet.account, before, [first, PAGE]);
  const history = await saveRefreshed(session, before, refreshed);
  const { transactions } = history;
  const shown = transactions.slice(first, first + PAGE);
  const pages = Math.max(1, Math.ceil(transactions.length / PAGE));
  const nowSeconds = Math.floor(session.io.nowMs() / 1_000);
  const lines = shown.map((record) => lineOf(record, nowSeconds));
  if (transactions.length === 0) lines.push("no transactions yet");
  else lines.push(`page ${page} of ${pages}, ${transactions.length} transactions`);
  answer(session.io, { page, pages, total: transactions.length, transactions: shown.map(jsonOf) }, lines);
  return pages;
}

function lineOf(
  { hash, direction, status, counterparty, amount, timestamp, blockNumber, note }: HistoryRecord,
  now: number,
) {
  const other =
    counterparty === undefined ? "" : `${direction === "Sent" ? "to" : "from"} ${shortAddress(counterparty)}`;
  const state = status === "Pending" && blockNumber !== undefined ? "Pending (in a block, not final)" : status;
  const what = note === undefined ? "" : `  ${note}`;
  // Votes and the like move nothing.
  const sum = (amount === 0n ? "" : formatKrat(amount)).padStart(24);
  return `${shortAddress(hash)}  ${direction.padEnd(8)} ${sum}  ${other.padEnd(26)}  ${state}  ${formatTime(timestamp, now)}${what}`;
}

function jsonOf({ hash, counterparty, blockNumber, note, ...record }: HistoryRecord) {
  const other = counterparty === undefined ? null : `0x${counterparty}`;
  return { hash: `0x${hash}`, ...record, counterparty: other, blockNumber: blockNumber ?? null, note: note ?? null };
}
