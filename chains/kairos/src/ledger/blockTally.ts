import { paymentType } from "../payment/types.ts";
import type { Outcome } from "../transaction/execution.ts";
import type { DecodedTransaction } from "../transaction/types.ts";

/** What a block did, in numbers for its observers; nothing of it is part of the protocol. */
export interface BlockTally {
  readonly gasUsed: bigint;
  /** By EIP-2718 type (0 for legacy) and status; in the order of first appearance. */
  readonly transactions: readonly { readonly type: number; readonly status: 0 | 1; readonly count: number }[];
  /** What successful payments (type 0x4b) moved, in 10^-18 USDC. */
  readonly paid: bigint;
  /** Fees that went to the treasury (F4), in 10^-18 USDC. */
  readonly treasuryFees: bigint;
}

/** Counts the transactions of one block while they are applied. */
export class TallyBuilder {
  readonly #counts = new Map<number, number>();
  #paid = 0n;

  add(transaction: DecodedTransaction, { status }: Outcome): void {
    const key = transaction.type * 2 + status;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    if (status === 1 && transaction.type === paymentType) this.#paid += transaction.value;
  }

  finish(gasUsed: bigint, treasuryFees: bigint): BlockTally {
    const transactions = [...this.#counts].map(([key, count]) => ({
      type: key >> 1,
      status: (key & 1) as 0 | 1,
      count,
    }));
    return { gasUsed, transactions, paid: this.#paid, treasuryFees };
  }
}
