import { UserError } from "../../../errors.ts";
import { type ClientFailure, KratosClientError } from "../../client/clientError.ts";
import { walletError } from "../errors.ts";
import { withLock } from "../file/withLock.ts";
import type { HistoryRecord } from "../history/historyRecord.ts";
import { findTransaction, type Place, settled } from "../history/refreshHistory.ts";
import { saveRecord } from "../history/walletHistory.ts";
import type { Session } from "../session.ts";
import { formatKrat } from "../text/amounts.ts";
import { formatDuration } from "../text/times.ts";

/** The node's own failure (kratos-core 13.2). */
const INTERNAL_ERROR = -32_603;

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
 * @throws UserError WAIT_TIMEOUT; WAIT_FAILED for answers that cannot be believed; TRANSACTION_FAILED when its effect failed,
 * which cost the fee
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
    if (!(error instanceof KratosClientError)) throw error;
    const { failure } = error;
    const trouble = troubleOf(failure);
    if (trouble === undefined) throw lost(record, error);
    const pauses = failure.kind === "node" ? Math.max(1, failure.retryAfterSeconds ?? 1) : 1;
    return { place: undefined, trouble, pauses };
  }
}

/** What passes by itself, in words; undefined for an answer that will not become better. */
function troubleOf(failure: ClientFailure): string | undefined {
  if (failure.kind === "unreachable" || failure.kind === "timeout") return "the node does not answer";
  if (failure.kind === "httpStatus") return `the node answers with the HTTP status ${failure.status}`;
  if (failure.kind !== "node") return undefined;
  if (failure.retryAfterSeconds !== undefined) return "the node wants to be asked less often";
  return failure.rpcCode === INTERNAL_ERROR ? "the node has trouble" : undefined;
}

/** Whatever the node says, the transaction has left the wallet: nobody may take this for a refusal, and pay again. */
function lost({ hash }: HistoryRecord, cause: KratosClientError) {
  const message = `the transaction 0x${hash} is sent, and what becomes of it is not known: ${cause.message}`;
  const hint = "look at `kratos wallet history`, with another node if need be, before you send it again";
  return walletError("waiting", "WAIT_FAILED", message, hint, cause);
}

async function arrived(session: Session, before: HistoryRecord, place: Place) {
  const record = settled(before, place);
  await keep(session, record);
  const { success, errorCode, feePaid } = place.receipt!;
  if (success) return { record, place };
  const message = `the transaction 0x${record.hash} failed in block ${place.blockNumber}: ${errorCode ?? "unknown"}`;
  const hint = `nothing was changed, but the fee of ${formatKrat(feePaid)} is paid; the code says why`;
  throw walletError("refused", "TRANSACTION_FAILED", message, hint);
}

/** The payment is made: a history that cannot be written now is brought up to date when it is shown next. */
async function keep(session: Session, record: HistoryRecord): Promise<void> {
  try {
    await withLock(session.folder, session.io.pause, () => saveRecord(session, record));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    session.io.note(`the history is not up to date: ${error.message}`);
  }
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
