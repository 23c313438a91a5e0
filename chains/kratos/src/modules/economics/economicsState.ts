import { type Kce, type Krat12, kceCounter, kceList, kceRecord, kceU32, krat12 } from "@polis/codec";
import { kceKrat } from "../../kce.ts";
import { INITIAL_SUPPLY } from "../../params/chainParams.ts";
import { defineItem, type Item } from "../../state/item.ts";
import { remembered } from "../../state/remembered.ts";
import type { State } from "../../state/state.ts";

/** How many accounts were last active in an epoch (kratos-core 9.2, D34). */
export interface ActivityBucket {
  readonly epoch: number;
  readonly accounts: number;
}

/** Epochs over which users count as active. */
export const ACTIVE_EPOCHS = 720;

/** The entry `economics` (kratos-core 3.4). */
export interface Economics {
  readonly totalSupply: Krat12;
  readonly minted: Krat12;
  readonly burned: Krat12;
  readonly emissionPerBlock: Krat12;
  readonly burnAllowance: Krat12;
  /** Of all accounts. */
  readonly totalBonded: Krat12;
  readonly poolBalance: Krat12;
  /** In the order of epochs; at most the last 720. */
  readonly activeUsers: readonly ActivityBucket[];
}

const kceBucket: Kce<ActivityBucket> = kceRecord({ epoch: kceCounter, accounts: kceU32 });

const kceEconomics: Kce<Economics> = kceRecord({
  totalSupply: kceKrat,
  minted: kceKrat,
  burned: kceKrat,
  emissionPerBlock: kceKrat,
  burnAllowance: kceKrat,
  totalBonded: kceKrat,
  poolBalance: kceKrat,
  activeUsers: remembered(kceList(kceBucket, ACTIVE_EPOCHS + 1)),
});

const zero = krat12(0n);

/** `economics` (kratos-core 3.4). */
export const economics: Item<Economics> = defineItem<Economics>("economics", {
  codec: kceEconomics,
  maxBytes: 7 * 16 + 8 + 12 * (ACTIVE_EPOCHS + 1),
  missing: {
    ...{ totalSupply: INITIAL_SUPPLY, minted: zero, burned: zero, emissionPerBlock: zero, burnAllowance: zero },
    ...{ totalBonded: zero, poolBalance: zero, activeUsers: [] },
  },
});

/** Burns what has already left an account (kratos-core 9.7). */
export function burn(state: State, amount: Krat12): void {
  state.update(economics, (before) => ({
    ...before,
    totalSupply: krat12(before.totalSupply - amount),
    burned: krat12(before.burned + amount),
  }));
}

/** Mints what is about to reach accounts (kratos-core 9.7). */
export function mint(state: State, amount: Krat12): void {
  state.update(economics, (before) => ({
    ...before,
    totalSupply: krat12(before.totalSupply + amount),
    minted: krat12(before.minted + amount),
  }));
}

/** Keeps the sum of all bonded balances. @param change may be negative */
export function countBonded(state: State, change: bigint): void {
  state.update(economics, (before) => ({ ...before, totalBonded: krat12(before.totalBonded + change) }));
}
