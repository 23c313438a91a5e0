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

/** Stores one record. What another process wrote in between stays. */
export async function saveRecord(session: Session, record: HistoryRecord): Promise<void> {
  await saveHistory(session, putRecord(await loadHistory(session), record));
}
