import { type Krat12, krat12 } from "@polis/codec";
import type { SecurityStateName } from "../../economics/inflation.ts";
import type { AccountId } from "../../identifiers.ts";
import { KRAT } from "../../params/chainParams.ts";
import type { State } from "../../state/state.ts";
import { credits, totalCredits } from "../credits/creditRecord.ts";
import { effectsOf } from "../security/effects.ts";
import { security } from "../security/securityState.ts";
import { validators } from "./validator.ts";

const NOMINAL = 500_000n * KRAT;
const TARGET_CREDITS = 5_000;
/** 5,000 credits times 10,000 bps. */
const SCALE = 50_000_000n;

/** RequiredStake of kratos-core 4.3: credits take off up to 99 %, never below the floor. */
export function requiredStake(state: SecurityStateName, totalVc: number): Krat12 {
  const { stakeFloor, maxReductionBps } = effectsOf(state);
  const counted = BigInt(Math.min(totalVc, TARGET_CREDITS));
  const required = (NOMINAL * (SCALE - maxReductionBps * counted)) / SCALE;
  return required > stakeFloor ? krat12(required) : stakeFloor;
}

/** What Unstake must leave: nothing for others; for a validator its required stake, or all of a smaller one (kratos-core 4.3). */
export function retentionMinimum(state: State, account: AccountId): bigint {
  const validator = state.get(validators.of(account));
  if (validator === undefined || validator.status !== "Active") return 0n;
  const required = requiredStake(state.get(security).state, totalCredits(state.get(credits.of(account))));
  const { stake } = validator;
  return stake < required ? stake : required;
}
