import { type Fault, fault } from "@polis/codec";
import type { MempoolFaultCode } from "./errors.ts";
import { nextNonceOf } from "./nextNonce.ts";
import type { PoolIndex } from "./poolIndex.ts";
import { mayReplace } from "./replacement.ts";
import { type Entry, isOver, type SenderQueue, sponsorCanPay, startsLater } from "./senderQueue.ts";
import type { PoolTransaction } from "./types.ts";

/** A refusal. Every code may come from an honest peer whose tip differs, so none is punished. */
export type Refusal = { readonly ok: false; readonly fault: Fault<MempoolFaultCode> };

/** What admission decided about a transaction that may come in. */
export interface Admission {
  readonly ok: true;
  /** Where it goes in its queue. */
  readonly place: number;
  /** The transaction of the same nonce that it replaces. */
  readonly replaced: Entry | undefined;
  /** It follows the sender's last pending transaction and nothing is queued: no other entry is affected. */
  readonly appends: boolean;
}

/** The checks of kairos M1 from the known hash on, in that order, without the pool's global limits. */
export function judge(
  index: PoolIndex,
  queue: SenderQueue,
  transaction: PoolTransaction,
  timeS: number,
): Admission | Refusal {
  const { config, accounts } = index;
  if (index.byHash.has(transaction.hash)) return refuse("ALREADY_KNOWN");
  const nonce = accounts.nonce(queue.sender);
  if (transaction.nonce < nonce) return refuse("NONCE_TOO_LOW");
  if (transaction.feeCap < config.minFeeCap) return refuse("FEE_TOO_LOW");
  const place = queue.indexOf(transaction.nonce);
  const from = queue.indexOf(nonce);
  const spent = earlierCost(queue, from, Math.min(place, queue.pending)) + transaction.senderCost;
  if (spent > accounts.balance(queue.sender) || !sponsorCanPay(transaction, accounts)) {
    return refuse("INSUFFICIENT_BALANCE");
  }
  if (isOver(transaction, timeS)) return refuse("EXPIRED");
  const held = queue.entries[place];
  const replaced = held?.transaction.nonce === transaction.nonce ? held : undefined;
  const next = nextNonceOf(queue, nonce);
  if (transaction.nonce > next + BigInt(config.maxNonceGap)) return refuse("NONCE_TOO_HIGH");
  if (replaced !== undefined && !mayReplace(transaction, replaced.transaction, config.minReplacementBumpPercent)) {
    return refuse("REPLACEMENT_UNDERPRICED");
  }
  const ready = transaction.nonce === next && !startsLater(transaction, timeS);
  if (exceedsLimits(index, queue, transaction, replaced, ready)) return refuse("LIMIT_EXCEEDED");
  const last = queue.lastPending?.transaction.nonce;
  const appends = ready && place === queue.pending && place === queue.entries.length && last === transaction.nonce - 1n;
  return { ok: true, place, replaced, appends };
}

/** A refusal by name. */
export function refuse(code: MempoolFaultCode): Refusal {
  return fault(code, "ignore");
}

function earlierCost(queue: SenderQueue, from: number, to: number): bigint {
  if (to <= from) return 0n;
  return queue.entries[to - 1]!.costSum - (from === 0 ? 0n : queue.entries[from - 1]!.costSum);
}

function exceedsLimits(
  index: PoolIndex,
  queue: SenderQueue,
  transaction: PoolTransaction,
  replaced: Entry | undefined,
  ready: boolean,
): boolean {
  const { config } = index;
  const { feePayer } = transaction;
  if (feePayer !== undefined && replaced?.transaction.feePayer !== feePayer) {
    if ((index.byFeePayer.get(feePayer)?.size ?? 0) >= config.maxPerFeePayer) return true;
  }
  if (replaced !== undefined) return false;
  if (ready) return queue.pending >= config.maxPendingPerSender;
  return queue.entries.length - queue.pending >= config.maxQueuedPerSender;
}
