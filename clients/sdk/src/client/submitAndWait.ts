import { KairosError } from "../errors/kairosError.ts";
import type { CallOptions } from "../rpc/callOptions.ts";
import { type Attempt, withRetries } from "../rpc/retry.ts";
import type { Hex } from "../text/hex.ts";
import type { NodeLink } from "./nodeLink.ts";
import { resumeBlocks } from "./resumeBlocks.ts";
import type { FinalTransaction } from "./types.ts";

/**
 * Submits and waits until the transaction is final, without polling: one call that the node holds, and when that breaks or
 * the node has the transaction already, the stream of final blocks.
 * @throws KairosError of the refusal, or TIMEOUT, which leaves the outcome open
 */
export function submitAndWait(
  link: NodeLink,
  raw: Uint8Array,
  hash: Hex,
  options: CallOptions,
): Promise<FinalTransaction> {
  const run = async (attempt: Attempt): Promise<FinalTransaction> => {
    await link.submitAndHold(raw, attempt).catch(async (error: unknown) => {
      if (attempt.signal.aborted || (await isRefused(link, hash, error, attempt))) throw error;
      return untilFinal(link, hash, attempt);
    });
    const transaction = await link.finalTransaction(hash, { signal: attempt.signal, timeoutMs: attempt.leftMs() });
    if (transaction === undefined) throw new KairosError("OTHER", "it is final, and the node does not show it");
    return transaction;
  };
  // The calls and the stream inside try again by themselves.
  return withRetries(options, run, 0);
}

/** A nonce that is used up may be the transaction's own, when the answer to an earlier try was lost: that is no refusal. */
async function isRefused(link: NodeLink, hash: Hex, error: unknown, { signal, leftMs }: Attempt): Promise<boolean> {
  if (!(error instanceof KairosError)) return true;
  if (error.codeName !== "NONCE_TOO_LOW") return error.codeName !== "ALREADY_KNOWN" && error.codeName !== "TIMEOUT";
  return (await link.finalTransaction(hash, { signal, timeoutMs: leftMs() })) === undefined;
}

/** Follows the blocks behind the last one at which the transaction was not final yet, so that it cannot slip through. */
async function untilFinal(link: NodeLink, hash: Hex, { signal, leftMs }: Attempt): Promise<void> {
  const options = { signal, timeoutMs: leftMs() };
  const tip = await link.block("latest", false, options);
  if ((await link.finalTransaction(hash, options)) !== undefined) return;
  for await (const block of resumeBlocks(link, (tip?.height ?? 0) + 1, true, { signal })) {
    if (block.transactions?.some((transaction) => transaction.hash === hash)) return;
  }
  throw new KairosError("TIMEOUT", "not final in time");
}
