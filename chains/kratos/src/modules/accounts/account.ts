import { type Epoch, epoch, type Kce, type Krat12, kceCounter, kceRecord, krat12 } from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import { kceEpoch, kceKrat } from "../../kce.ts";
import { EXISTENTIAL_DEPOSIT } from "../../params/chainParams.ts";
import { defineTable, type Table } from "../../state/item.ts";
import type { State } from "../../state/state.ts";

/** An account (kratos-core 2.1). A missing one reads as all zero. */
export interface Account {
  /** Transactions of this account in the chain. */
  readonly nonce: number;
  readonly free: Krat12;
  readonly bonded: Krat12;
  readonly unbonding: Krat12;
  readonly deposits: Krat12;
  readonly lastActiveEpoch: Epoch;
}

const kceAccount: Kce<Account> = kceRecord({
  nonce: kceCounter,
  free: kceKrat,
  bonded: kceKrat,
  unbonding: kceKrat,
  deposits: kceKrat,
  lastActiveEpoch: kceEpoch,
});

const zero = krat12(0n);

/** `account:` + AccountId (kratos-core 3.4). */
export const accounts: Table<Account> = defineTable("account:", {
  codec: kceAccount,
  maxBytes: 80,
  missing: { nonce: 0, free: zero, bonded: zero, unbonding: zero, deposits: zero, lastActiveEpoch: epoch(0) },
});

/** reserved = bonded + unbonding + deposits (kratos-core 2.1). */
export function reservedOf({ bonded, unbonding, deposits }: Account): Krat12 {
  return krat12(bonded + unbonding + deposits);
}

/**
 * Adds to the free balance. By the protocol itself; a transaction's credit goes through `creditByTransaction`.
 * @throws RangeError beyond 128 bits, which the supply rules out
 */
export function credit(state: State, account: AccountId, amount: Krat12): void {
  state.update(accounts.of(account), (before) => ({ ...before, free: krat12(before.free + amount) }));
}

/** Takes from the free balance. @throws RangeError when it is too small: the caller checks */
export function debit(state: State, account: AccountId, amount: Krat12): void {
  state.update(accounts.of(account), (before) => ({ ...before, free: krat12(before.free - amount) }));
}

/** A credit made by a transaction must leave the account with the existential deposit (kratos-core 1.1). */
export function creditByTransaction(state: State, account: AccountId, amount: Krat12): string | undefined {
  credit(state, account, amount);
  const after = state.get(accounts.of(account));
  return after.free + reservedOf(after) < EXISTENTIAL_DEPOSIT ? "BelowExistentialDeposit" : undefined;
}
