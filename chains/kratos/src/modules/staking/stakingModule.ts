import type { Module } from "../../runtime/module.ts";
import { Stake, Staked } from "./stake.ts";
import { Unstake, Unstaked } from "./unstake.ts";
import { UnbondedWithdrawn, WithdrawUnbonded } from "./withdrawUnbonded.ts";

/** Bonding and unbonding (kratos-core 2.3, 4.4). */
export const stakingModule: Module = {
  name: "staking",
  calls: [Stake, Unstake, WithdrawUnbonded],
  events: [Staked, Unstaked, UnbondedWithdrawn],
};
