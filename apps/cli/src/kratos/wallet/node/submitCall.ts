import type { Digest } from "@polis/codec";
import {
  type Call,
  innerCall,
  kratosRuntime,
  recipientOf,
  type SignedTransaction,
  signTransaction,
  transactionCodec,
  transactionHash,
} from "@polis/kratos";
import { isNodeError, KratosClientError } from "../../client/clientError.ts";
import { walletError } from "../errors.ts";
import { withLock } from "../file/withLock.ts";
import type { HistoryRecord } from "../history/historyRecord.ts";
import { loadHistory, saveRecord } from "../history/walletHistory.ts";
import type { Session } from "../session.ts";
import { nextNonce } from "./nextNonce.ts";

const codec = transactionCodec(kratosRuntime.call);

/** What is to be signed. */
export interface Submission {
  readonly call: Call;
  /** What moves, for the history; 0 when nothing does. */
  readonly amount: bigint;
  /** What it is besides a transfer. */
  readonly note: string | undefined;
  /**
   * Twice is as good as once, because the chain refuses the second: such a call is signed again when the account's own node has
   * used the nonce for a transaction of its own in the meantime.
   */
  readonly isOnce?: boolean;
}

/**
 * Signs a call for the pinned chain and hands it to the node (kratos-core 14.4). The record is stored before anything leaves the
 * wallet, so that no crash loses a payment out of sight.
 * @returns the record, Pending
 * @throws UserError OTHER_CHAIN, NODE_BEHIND, SEND_UNCERTAIN; KratosClientError when the node refuses
 */
export async function submitCall(session: Session, submission: Submission): Promise<HistoryRecord> {
  try {
    return await submitOnce(session, submission);
  } catch (error) {
    const isRace =
      error instanceof KratosClientError && isNodeError(error, -32_010) && reasonOf(error) === "NonceTooOld";
    if (!isRace || submission.isOnce !== true) throw error;
    return submitOnce(session, submission);
  }
}

function submitOnce(session: Session, submission: Submission): Promise<HistoryRecord> {
  const { folder, io } = session;
  // Asked for before the lock is taken: a person may take long to type it.
  return session.secret().then(() => withLock(folder, io.pause, () => signAndSend(session, submission)));
}

async function signAndSend(session: Session, { call, amount, note }: Submission): Promise<HistoryRecord> {
  const { account, genesisHash } = session.wallet;
  const { client } = await session.node();
  const nonce = await nextNonce(client, account, await loadHistory(session));
  const timestamp = Math.floor(session.io.nowMs() / 1_000);
  const transaction = { sender: account, nonce, call, timestamp };
  const signed = signTransaction(codec, Uint8Array.fromHex(genesisHash), transaction, await session.secret());
  const record: HistoryRecord = {
    ...{
      hash: transactionHash(codec, transaction),
      direction: "Sent",
      status: "Pending",
      amount,
      timestamp,
      nonce,
      note,
    },
    ...{ counterparty: recipientOf(innerCall(call)), blockNumber: undefined },
  };
  await saveRecord(session, record);
  await send(session, record, signed);
  return record;
}

async function send(session: Session, record: HistoryRecord, signed: SignedTransaction): Promise<void> {
  let hash: Digest;
  try {
    ({ hash } = await session.client.author_submitTransaction(signed));
  } catch (error) {
    if (!(error instanceof KratosClientError)) throw error;
    const { failure } = error;
    if (failure.kind !== "node") throw uncertain(record, error);
    // It is there already, which is all that was wanted.
    if (failure.reason === "DuplicateTransaction") return;
    // The node may lie: what became of it is asked for all the same, until another transaction with its nonce is final.
    await saveRecord(session, { ...record, note: `refused by the node: ${failure.reason ?? failure.text}` });
    throw error;
  }
  if (hash === record.hash) return;
  const failure = { kind: "malformed", detail: "it names another transaction than the one that was sent" } as const;
  throw uncertain(record, new KratosClientError(failure, session.client.url, "author_submitTransaction"));
}

function reasonOf({ failure }: KratosClientError): string | undefined {
  return failure.kind === "node" ? failure.reason : undefined;
}

/** The node may have the transaction, or not. */
function uncertain({ hash }: HistoryRecord, cause: KratosClientError) {
  const message = `it is not known whether the transaction 0x${hash} has arrived: ${cause.message}`;
  const hint = "look at `kratos wallet history` before you send it again: the node may have it";
  return walletError("node", "SEND_UNCERTAIN", message, hint, cause);
}
