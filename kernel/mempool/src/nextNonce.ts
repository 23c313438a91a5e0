import type { SenderQueue } from "./senderQueue.ts";

/**
 * The nonce after a sender's pending transactions that follow the tip without a gap.
 * @param nonce the sender's nonce at the tip
 */
export function nextNonceOf(queue: SenderQueue | undefined, nonce: bigint): bigint {
  if (queue === undefined) return nonce;
  const last = queue.lastPending?.transaction.nonce ?? -1n;
  if (last < nonce) return nonce;
  const from = queue.indexOf(nonce);
  // Nonces are distinct and sorted, so an end at the expected distance means that none is missing.
  if (last - nonce === BigInt(queue.pending - 1 - from)) return last + 1n;
  let next = nonce;
  for (let i = from; i < queue.pending && queue.entries[i]!.transaction.nonce === next; i++) next++;
  return next;
}
