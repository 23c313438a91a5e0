import { type Krat12, kceRecord, krat12 } from "@polis/codec";
import { kceKrat } from "../../kce.ts";
import { type CallKind, defineCall } from "../../runtime/call.ts";
import type { CallContext } from "../../runtime/context.ts";
import { accounts } from "../accounts/account.ts";
import { activatedCredits } from "../credits/activatedCredits.ts";
import { credits } from "../credits/creditRecord.ts";
import { epochData, MAX_VALIDATORS } from "../epoch/epochData.ts";
import { setCredits } from "../participation/participationModule.ts";
import { effectsOf } from "../security/effects.ts";
import { security } from "../security/securityState.ts";
import { criticalCount } from "../slashing/offences.ts";
import { bond } from "../staking/stake.ts";
import { changeValidator } from "./activeSet.ts";
import { newValidator } from "./newValidator.ts";
import { type Validator, validators } from "./validator.ts";
import { ValidatorRegistered } from "./validatorEvents.ts";

/** Parameters of call 4. */
export interface RegisterParams {
  readonly stake: Krat12;
}

/** The uptime credit with which a first record begins (kratos-core 6.3). */
const FIRST_CREDIT = 1;
/** Reputation of a validator that comes back is at least this (kratos-core 4.2). */
const RETURN_REPUTATION = 20;

/** Call 4: joins the set, or comes back to it (kratos-core 4.2). */
export const RegisterValidator: CallKind<RegisterParams> = defineCall(
  4,
  "RegisterValidator",
  kceRecord({ stake: kceKrat }),
  {
    class: "S",
    baseFee: krat12(100_000_000n),
    moves: ({ stake }) => stake,
    apply(context, { stake }) {
      const { state, sender, emit } = context;
      const before = state.get(validators.of(sender));
      const refused = refusal(context, before, stake);
      if (refused !== undefined) return refused;
      bond(state, sender, stake);
      const { bonded } = state.get(accounts.of(sender));
      if (bonded < effectsOf(state.get(security).state).stakeFloor) return "InsufficientStake";
      setCredits(context, sender, activatedCredits(state.get(credits.of(sender)), FIRST_CREDIT, context.block.epoch));
      changeValidator(context, before, joined(context, before, bonded));
      emit(ValidatorRegistered.of({ account: sender, stake: bonded }));
      return undefined;
    },
  },
);

function refusal(context: CallContext, before: Validator | undefined, stake: Krat12): string | undefined {
  const { state, sender, block } = context;
  if (before?.status === "Active") return "AlreadyRegistered";
  if (before?.ejected === true && criticalCount(state, sender, block.epoch) > 0) return "Ejected";
  if (before?.cooldownUntil !== undefined && block.epoch <= before.cooldownUntil) return "InCooldown";
  if (state.get(epochData).active.length >= MAX_VALIDATORS) return "ValidatorSetFull";
  return state.get(accounts.of(sender)).free < stake ? "InsufficientBalance" : undefined;
}

function joined({ sender, block }: CallContext, before: Validator | undefined, stake: Krat12): Validator {
  if (before !== undefined) {
    const reputation = Math.max(before.reputation, RETURN_REPUTATION);
    return { ...before, stake, status: "Active", reputation, cooldownUntil: undefined, ejected: false };
  }
  return newValidator(sender, stake, block.number);
}
