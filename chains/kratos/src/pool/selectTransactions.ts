import { MAX_BLOCK_BYTES, MAX_OTHER_BYTES, MAX_OTHER_TRANSACTIONS, MAX_TRANSACTIONS } from "../block/block.ts";
import { HEADER_BYTES } from "../block/header.ts";
import { MAX_OF_KIND } from "../block/kindLimits.ts";
import { innerCall } from "../chain/touches.ts";
import { accounts } from "../modules/accounts/account.ts";
import { admitsClass } from "../modules/security/effects.ts";
import { security } from "../modules/security/securityState.ts";
import { priceCall } from "../runtime/applyTransaction.ts";
import type { BlockContext } from "../runtime/context.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";
import type { TransactionPool } from "./transactionPool.ts";
import type { PoolEntry } from "./types.ts";

/** What a selection is for. */
export interface SelectionOptions {
  readonly runtime: Runtime;
  /** The state in which the block's first transaction runs, as `previewBlock` gives it. */
  readonly context: BlockContext;
  /** Transactions that the producer puts first, and their bytes: they count against the limits. */
  readonly first?: { readonly count: number; readonly bytes: number };
}

/**
 * Chooses the transactions of a block (kratos-core 2.7 (9)): by fee, then arrival, then hash, each account's in the order of
 * its nonces. What could make the block invalid is left out: each account's own fees and payments must be covered by what it
 * has now, frozen classes and calls that the block does not admit wait.
 */
export function selectTransactions(
  pool: TransactionPool,
  { runtime, context, first }: SelectionOptions,
): readonly SignedTransaction[] {
  const queue: PoolEntry[] = [];
  const room = new Room(first?.count ?? 0, first?.bytes ?? 0);
  const budgets = new Map<string, bigint>();
  const chosen: SignedTransaction[] = [];
  const nonces = new Map([...pool.senders()].map(([account, own]) => [account, own] as const));
  for (const [account, own] of nonces) {
    const { nonce, free } = context.state.get(accounts.of(account));
    const entry = own.get(nonce);
    if (entry === undefined) continue;
    budgets.set(account, free);
    queue.push(entry);
  }
  // The best is last, so that taking it moves nothing.
  queue.sort(worstFirst);
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    const { sender, nonce, call } = entry.signed.transaction;
    const { kind, call: inner } = priceCall(runtime, call, 100n);
    const budget = budgets.get(sender)! - entry.fee;
    const isAble = budget >= 0n && isAdmitted(runtime, context, entry, chosen.length) && room.take(entry);
    // Those behind it cannot go without it.
    if (!isAble) continue;
    chosen.push(entry.signed);
    const moved = kind.rules.moves?.(inner.fields) ?? 0n;
    budgets.set(sender, budget > moved ? budget - moved : 0n);
    // A call with a rule of its own may break that of the next one.
    const next = kind.rules.admit === undefined ? nonces.get(sender)!.get(nonce + 1) : undefined;
    if (next !== undefined) insert(queue, next);
  }
  return chosen;
}

function isAdmitted(runtime: Runtime, context: BlockContext, { signed, class: callClass }: PoolEntry, index: number) {
  const { state } = context;
  if (!admitsClass(state.get(security).state, callClass)) return false;
  const { transaction } = signed;
  const { kind, call } = priceCall(runtime, transaction.call, 100n);
  const own = { ...context, sender: transaction.sender, index, refund: () => undefined };
  return kind.rules.admit?.(own, call.fields) === undefined;
}

/** What is left of the limits of a block (kratos-core 3.2). */
class Room {
  #count: number;
  #bytes: number;
  #others: number;
  #otherBytes: number;
  readonly #ofKind = new Map<string, number>();

  constructor(count: number, bytes: number) {
    this.#count = MAX_TRANSACTIONS - count;
    this.#bytes = MAX_BLOCK_BYTES - HEADER_BYTES - 8 - bytes;
    this.#others = MAX_OTHER_TRANSACTIONS - count;
    this.#otherBytes = MAX_OTHER_BYTES - bytes;
  }

  take({ class: callClass, bytes, signed }: PoolEntry): boolean {
    const { name } = innerCall(signed.transaction.call);
    const isExit = callClass === "X";
    const ofKind = this.#ofKind.get(name) ?? 0;
    if (this.#count < 1 || this.#bytes < bytes || ofKind >= (MAX_OF_KIND.get(name) ?? Number.POSITIVE_INFINITY))
      return false;
    if (!isExit && (this.#others < 1 || this.#otherBytes < bytes)) return false;
    this.#count--;
    this.#bytes -= bytes;
    this.#ofKind.set(name, ofKind + 1);
    if (isExit) return true;
    this.#others--;
    this.#otherBytes -= bytes;
    return true;
  }
}

/** Lower fee, later arrival, higher hash first. */
function worstFirst(a: PoolEntry, b: PoolEntry): number {
  if (a.fee !== b.fee) return a.fee < b.fee ? -1 : 1;
  if (a.order !== b.order) return b.order - a.order;
  return a.hash < b.hash ? 1 : -1;
}

function insert(queue: PoolEntry[], entry: PoolEntry): void {
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (worstFirst(queue[middle]!, entry) < 0) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, entry);
}
