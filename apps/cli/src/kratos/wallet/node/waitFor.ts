import { walletError } from "../errors.ts";
import type { HistoryRecord } from "../history/historyRecord.ts";
import { findTransaction, type Place, settled } from "../history/refreshHistory.ts";
import { saveRecord } from "../history/walletHistory.ts";
import type { Session } from "../session.ts";
import { formatDuration } from "../text/times.ts";

/** How far a transaction is to come: into a block, or into a final one. */
export type WaitGoal = "included" | "final";

/** What is waited for, and for how long. */
export interface WaitOptions {
  readonly goal: WaitGoal;
  readonly timeoutMs: number;
}

/**
 * Asks the node again and again until a transaction is in a block, or final; tells on the terminal how it stands.
 * @returns the record and the place
 * @throws UserError WAIT_TIMEOUT, TRANSACTION_FAILED when its effect failed, which cost the fee; KratosClientError
 */
export async function waitFor(
  session: Session,
  record: HistoryRecord,
  { goal, timeoutMs }: WaitOptions,
): Promise<{ readonly record: HistoryRecord; readonly place: Place }> {
  const { io, client } = session;
  const startMs = io.nowMs();
  try {
    for (;;) {
      const place = await findTransaction(client, record);
      const isThere = place?.status === "finalized" || (goal === "included" && place?.status === "included");
      if (place !== undefined && isThere) return await arrived(session, record, place);
      const waitedMs = io.nowMs() - startMs;
      if (waitedMs >= timeoutMs) throw timedOut(record, place, goal, waitedMs);
      io.progress(`${describe(place, goal)} (${Math.floor(waitedMs / 1_000)} s)`);
      await io.pause();
    }
  } finally {
    io.progress("");
  }
}

async function arrived(session: Session, before: HistoryRecord, place: Place) {
  const record = settled(before, place);
  await saveRecord(session, record);
  const { success, errorCode, feePaid } = place.receipt!;
  if (success) return { record, place };
  const message = `the transaction 0x${record.hash} failed in block ${place.blockNumber}: ${errorCode ?? "unknown"}`;
  const hint = `nothing was changed but the fee of ${feePaid} base units; the code says why`;
  throw walletError("refused", "TRANSACTION_FAILED", message, hint);
}

function describe(place: Place | undefined, goal: WaitGoal): string {
  if (place === undefined) return "the node does not show the transaction yet";
  if (place.status === "pending") return "waiting for a block";
  return `in block ${place.blockNumber}, waiting until it is ${goal}`;
}

function timedOut({ hash }: HistoryRecord, place: Place | undefined, goal: WaitGoal, waitedMs: number) {
  const message = `the transaction 0x${hash} is not ${goal} after ${formatDuration(waitedMs / 1_000)}: ${describe(place, goal)}`;
  return walletError(
    "waiting",
    "WAIT_TIMEOUT",
    message,
    "it is still under way: look at `kratos wallet history` later",
  );
}
