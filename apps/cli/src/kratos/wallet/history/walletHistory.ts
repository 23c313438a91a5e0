import { withLock } from "../file/withLock.ts";
import type { Session } from "../session.ts";
import { readHistory, writeHistory } from "./historyFile.ts";
import type { History, HistoryRecord } from "./historyRecord.ts";
import { putRecord } from "./merge.ts";

/** The history of a session's wallet. @throws UserError HISTORY_TAMPERED, WALLET_PASSWORD */
export async function loadHistory(session: Session): Promise<History> {
  return readHistory(session.folder.history, { account: session.wallet.account, secret: await session.secret() });
}

/** Stores it. @throws UserError WALLET_WRITE */
export async function saveHistory(session: Session, history: History): Promise<void> {
  writeHistory(session.folder.history, { account: session.wallet.account, secret: await session.secret() }, history);
}

/**
 * Stores a history that was brought up to date. Asking the node took a while: what was recorded meanwhile is added, because a
 * payment that another process has just sent would otherwise be forgotten.
 * @param before as it was loaded
 * @returns what was stored
 */
export async function saveRefreshed(session: Session, before: History, refreshed: History): Promise<History> {
  await session.secret();
  return withLock(session.folder, session.io.pause, async () => {
    const known = new Set([...before.transactions, ...refreshed.transactions].map(({ hash }) => hash));
    const { transactions } = await loadHistory(session);
    const fresh = transactions.filter(({ hash }) => !known.has(hash));
    const history = fresh.reduce(putRecord, refreshed);
    await saveHistory(session, history);
    return history;
  });
}

/** Stores one record. What another process wrote in between stays. */
export async function saveRecord(session: Session, record: HistoryRecord): Promise<void> {
  await saveHistory(session, putRecord(await loadHistory(session), record));
}
