import { type Height, height, type Kce, type Krat12, kceList, kceRecord, krat12 } from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import { kceHeight, kceKrat } from "../../kce.ts";
import type { BlockContext } from "../../runtime/context.ts";
import { defineTable, type Table } from "../../state/item.ts";
import { accounts } from "../accounts/account.ts";
import { countBonded } from "../economics/economicsState.ts";

/** Stake on its way out (kratos-core 2.1); it can still be slashed. */
export interface UnbondingEntry {
  readonly amount: Krat12;
  readonly startedAt: Height;
  readonly releaseAt: Height;
}

/** Entries that `Unstake` may open; leaving may open one more (kratos-core 2.1). */
export const MAX_UNSTAKE_ENTRIES = 32;
/** Leaving is exempt from the limit, and each leaving empties the stake, so that an account cannot come near this. */
const MAX_ENTRIES = 4_096;

const kceEntry: Kce<UnbondingEntry> = kceRecord({ amount: kceKrat, startedAt: kceHeight, releaseAt: kceHeight });

/** `unbonding:` + AccountId (kratos-core 3.4), oldest first. */
export const unbondings: Table<readonly UnbondingEntry[]> = defineTable<readonly UnbondingEntry[]>("unbonding:", {
  codec: kceList(kceEntry, MAX_ENTRIES),
  maxBytes: 8 + 32 * MAX_ENTRIES,
  missing: [],
});

/** Moves bonded balance into a new unbonding entry. The caller has checked that there is so much of it. */
export function startUnbonding({ state, block }: BlockContext, account: AccountId, amount: Krat12): void {
  const entry = { amount, startedAt: block.number, releaseAt: height(block.number + block.params.unbondingBlocks) };
  state.update(unbondings.of(account), (entries) => [...entries, entry]);
  state.update(accounts.of(account), (before) => ({
    ...before,
    bonded: krat12(before.bonded - amount),
    unbonding: krat12(before.unbonding + amount),
  }));
  countBonded(state, -amount);
}
