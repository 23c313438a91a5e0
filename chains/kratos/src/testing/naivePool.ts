import type { Digest } from "@polis/codec";
import type { AccountId } from "../identifiers.ts";
import { TRANSFER_FEE } from "../modules/accounts/transfer.ts";
import type { PoolLimits } from "../pool/types.ts";

/** A transaction as the naive pool sees it: everything is known already. */
export interface NaiveTransaction {
  readonly hash: Digest;
  readonly sender: AccountId;
  readonly nonce: number;
  readonly fee: bigint;
  readonly moves: bigint;
  readonly isExit: boolean;
  readonly isSigned: boolean;
}

/** The rules of kratos-core 2.7, written down once more over one list, without any index or counter. */
export class NaivePool {
  list: { readonly tx: NaiveTransaction; readonly at: number }[] = [];
  readonly #submissions: { readonly sender: AccountId; readonly at: number }[] = [];
  readonly #limits: PoolLimits;
  readonly #state: (account: AccountId) => { readonly nonce: number; readonly free: bigint };

  constructor(limits: PoolLimits, state: (account: AccountId) => { readonly nonce: number; readonly free: bigint }) {
    this.#limits = limits;
    this.#state = state;
  }

  add(tx: NaiveTransaction, at: number, isSubmission = true): string {
    const { limits, state } = { limits: this.#limits, state: this.#state(tx.sender) };
    const own = this.list.filter((entry) => entry.tx.sender === tx.sender);
    if (this.list.some((entry) => entry.tx.hash === tx.hash)) return "DuplicateTransaction";
    if (!tx.isSigned) return "InvalidSignature";
    if (tx.fee < TRANSFER_FEE) return "FeeTooLow";
    if (isSubmission) {
      const recent = this.#submissions.filter((s) => s.sender === tx.sender && at - s.at < limits.rateWindowMs);
      if (recent.length >= limits.submissions) return "TooManySubmissions";
      this.#submissions.push({ sender: tx.sender, at });
    }
    if (tx.nonce < state.nonce) return "NonceTooOld";
    const expected = this.expected(tx.sender);
    if (tx.nonce > expected + limits.nonceGap) return "InvalidNonce";
    if (tx.nonce > expected && this.waiting() >= limits.waiting) return "TooManyPendingGlobal";
    const old = own.find((entry) => entry.tx.nonce === tx.nonce);
    if (old !== undefined && tx.fee * 100n < old.tx.fee * 110n) return "RbfFeeInsufficient";
    if (old === undefined && own.length >= limits.perAccount) return "TooManyPerAccount";
    if (state.free < tx.fee + tx.moves) return "InsufficientBalance";
    if (old !== undefined) this.list = this.list.filter((entry) => entry !== old);
    else if (this.list.length >= limits.transactions) {
      const reserved = this.list.filter((entry) => entry.tx.isExit).length * 10 < limits.transactions;
      // The newest of the lowest fee is the last one in a stable order.
      const victims = this.list.filter((entry) => !(reserved && entry.tx.isExit));
      const victim = victims.reverse().sort((a, b) => Number(a.tx.fee - b.tx.fee))[0];
      if (victim === undefined) return "PoolFull";
      if (!(reserved && tx.isExit) && victim.tx.fee >= tx.fee) return "PoolFull";
      this.list = this.list.filter((entry) => entry !== victim);
    }
    this.list.push({ tx, at });
    return "ok";
  }

  expected(sender: AccountId): number {
    let nonce = this.#state(sender).nonce;
    while (this.list.some(({ tx }) => tx.sender === sender && tx.nonce === nonce)) nonce++;
    return nonce;
  }

  waiting(): number {
    return this.list.filter(({ tx }) => tx.nonce > this.expected(tx.sender)).length;
  }

  headChanged(abandoned: readonly NaiveTransaction[], at: number): void {
    for (const tx of abandoned) this.add(tx, at, false);
    this.list = this.list.filter(
      (entry) => entry.tx.nonce >= this.#state(entry.tx.sender).nonce && at - entry.at < this.#limits.expiryMs,
    );
  }

  /** By fee, then arrival; of each account in the order of nonces. */
  select(count: number): Digest[] {
    const chosen: Digest[] = [];
    const nonces = new Map<AccountId, number>();
    for (;;) {
      const ready = this.list.filter(({ tx }) => tx.nonce === (nonces.get(tx.sender) ?? this.#state(tx.sender).nonce));
      const best = ready.sort((a, b) => Number(b.tx.fee - a.tx.fee))[0];
      if (best === undefined || chosen.length >= count) return chosen;
      chosen.push(best.tx.hash);
      nonces.set(best.tx.sender, best.tx.nonce + 1);
    }
  }
}
