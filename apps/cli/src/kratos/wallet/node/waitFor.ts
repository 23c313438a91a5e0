import { KratosClientError } from "../../client/clientError.ts";
import { walletError } from "../errors.ts";
import type { HistoryRecord } from "../history/historyRecord.ts";
import { findTransaction, type Place, settled } from "../history/refreshHistory.ts";
import { saveRecord } from "../history/walletHistory.ts";
import type { Session } from "../session.ts";
import { formatKrat } from "../text/amounts.ts";
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
  const { io } = session;
  const startMs = io.nowMs();
  try {
    for (;;) {
      const look = await lookUp(session, record);
      const { place } = look;
      const isThere = place?.status === "finalized" || (goal === "included" && place?.status === "included");
      if (place !== undefined && isThere) return await arrived(session, record, place);
      const state = look.trouble ?? describe(place, goal);
      // A node that is asked too often bans whoever goes on asking (kratos-core 13.1).
      for (let left = look.pauses; left > 0; left--) {
        const waitedMs = io.nowMs() - startMs;
        if (waitedMs >= timeoutMs) throw timedOut(record, state, goal, waitedMs);
        io.progress(`${state} (${Math.floor(waitedMs / 1_000)} s)`);
        await io.pause();
      }
    }
  } finally {
    io.progress("");
  }
}

interface Look {
  readonly place: Place | undefined;
  /** Why there was no answer. */
  readonly trouble?: string;
  /** How long to wait before the next look. */
  readonly pauses: number;
}

/** Asks once. A node that restarts, or wants to be asked less, is no reason to stop waiting. */
async function lookUp({ client }: Session, record: HistoryRecord): Promise<Look> {
  try {
    return { place: await findTransaction(client, record), pauses: 1 };
  } catch (error) {
    const failure = error instanceof KratosClientError ? error.failure : undefined;
    if (failure?.kind === "unreachable" || failure?.kind === "timeout")
      return { place: undefined, trouble: "the node does not answer", pauses: 1 };
    if (failure?.kind !== "node" || failure.retryAfterSeconds === undefined) throw error;
    return {
      place: undefined,
      trouble: "the node wants to be asked less often",
      pauses: Math.max(1, failure.retryAfterSeconds),
    };
  }
}

async function arrived(session: Session, before: HistoryRecord, place: Place) {
  const record = settled(before, place);
  await saveRecord(session, record);
  const { success, errorCode, feePaid } = place.receipt!;
  if (success) return { record, place };
  const message = `the transaction 0x${record.hash} failed in block ${place.blockNumber}: ${errorCode ?? "unknown"}`;
  const hint = `nothing was changed, but the fee of ${formatKrat(feePaid)} is paid; the code says why`;
  throw walletError("refused", "TRANSACTION_FAILED", message, hint);
}

function describe(place: Place | undefined, goal: WaitGoal): string {
  if (place === undefined) return "the node does not show the transaction yet";
  if (place.status === "pending") return "waiting for a block";
  return `in block ${place.blockNumber}, waiting until it is ${goal}`;
}

function timedOut({ hash }: HistoryRecord, state: string, goal: WaitGoal, waitedMs: number) {
  const message = `the transaction 0x${hash} is not ${goal} after ${formatDuration(waitedMs / 1_000)}: ${state}`;
  return walletError(
    "waiting",
    "WAIT_TIMEOUT",
    message,
    "it is still under way: look at `kratos wallet history` later",
  );
}
