import { krat12 } from "@polis/codec";
import { type Call, FEE_MULTIPLIER, kratosRuntime, priceCall, withTip } from "@polis/kratos";
import type { KratosClient } from "../../client/createKratosClient.ts";
import { walletError } from "../errors.ts";
import type { HistoryRecord } from "../history/historyRecord.ts";
import type { Place } from "../history/refreshHistory.ts";
import { answer } from "../io.ts";
import type { Session } from "../session.ts";
import { formatKrat } from "../text/amounts.ts";
import { type Submission, submitCall } from "./submitCall.ts";
import { type WaitOptions, waitFor } from "./waitFor.ts";

/** What the options say about any command that signs. */
export interface SignOptions {
  /** Do not ask. */
  readonly yes: boolean;
  /** Base units, paid besides the fee to be taken earlier. */
  readonly tip: bigint;
  /** Undefined: do not wait. */
  readonly wait: WaitOptions | undefined;
}

/** Something to be done with the wallet's key. */
export interface Intent extends Omit<Submission, "call"> {
  readonly call: Call;
  /** What the person is shown before the question. */
  readonly lines: readonly string[];
  readonly question: string;
  /** What leaves the free balance besides the fee. */
  readonly spends: bigint;
}

/** What was done. @property place where it is, when that was waited for */
export interface Performed {
  readonly record: HistoryRecord;
  readonly place: Place | undefined;
  readonly fee: bigint;
}

/**
 * Shows what is about to be signed, asks (No unless the person says yes), signs, submits, waits when that is wanted.
 * @throws UserError INSUFFICIENT_BALANCE, CONFIRMATION_NEEDED, DECLINED and those of `submitCall` and `waitFor`
 */
export async function perform(session: Session, intent: Intent, options: SignOptions): Promise<Performed> {
  const { io, client, wallet } = session;
  const call = options.tip > 0n ? withTip({ tip: krat12(options.tip), call: intent.call }) : intent.call;
  const fee = await feeAt(client, call);
  const { freeRaw } = await client.state_getAccount(wallet.account);
  if (freeRaw < intent.spends + fee) {
    const message = `${formatKrat(intent.spends + fee)} are needed, and ${formatKrat(freeRaw)} are free`;
    throw walletError("refused", "INSUFFICIENT_BALANCE", message, `the fee is ${formatKrat(fee)}; nothing was signed`);
  }
  if (!options.yes) await askFirst(session, [...intent.lines, `fee      ${formatKrat(fee)}`], intent.question);
  const record = await submitCall(session, { ...intent, call });
  if (options.wait === undefined) return { record, place: undefined, fee };
  io.note(`sent 0x${record.hash}`);
  return { ...(await waitFor(session, record, options.wait)), fee };
}

/**
 * What a call costs: its base fee, at the percentage that the node tells, and its tip (kratos-core 2.4). A node that does not
 * tell it leaves the value of genesis.
 */
export async function feeAt(client: KratosClient, call: Call): Promise<bigint> {
  const { fee_multiplier: percent } = await client.economics_getState();
  const { baseFee, tip } = priceCall(kratosRuntime, call, percent === undefined ? FEE_MULTIPLIER : BigInt(percent));
  return baseFee + tip;
}

/** Answers a command that signed. @param more further fields and lines */
export function answerPerformed(
  session: Session,
  { record, place, fee }: Performed,
  more: { readonly data?: object; readonly lines?: readonly string[] } = {},
): void {
  const status = place === undefined ? "pending" : place.status;
  const data = { hash: `0x${record.hash}`, nonce: record.nonce, fee, status, blockNumber: place?.blockNumber ?? null };
  const where =
    place === undefined
      ? "sent; it will be in one of the next blocks"
      : `${place.status} in block ${place.blockNumber}`;
  answer(session.io, { ...data, ...more.data }, [
    `hash     0x${record.hash}`,
    `status   ${where}`,
    ...(more.lines ?? []),
  ]);
}

async function askFirst({ io }: Session, lines: readonly string[], question: string): Promise<void> {
  if (io.prompts === undefined) {
    const hint = "add --yes when you are sure";
    throw walletError("input", "CONFIRMATION_NEEDED", "this needs a yes, and there is no terminal to ask for it", hint);
  }
  for (const line of lines) io.note(line);
  if (await io.prompts.confirm(question)) return;
  throw walletError("declined", "DECLINED", "nothing was signed", "answer y to go on, or add --yes");
}
