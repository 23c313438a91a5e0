import { kceRecord, krat12 } from "@polis/codec";
import { type CallKind, defineCall } from "../../runtime/call.ts";
import type { BlockContext } from "../../runtime/context.ts";
import { TRANSFER_FEE } from "../accounts/transfer.ts";
import { startUnbonding } from "../staking/unbonding.ts";
import { changeValidator } from "./activeSet.ts";
import { type Validator, validators } from "./validator.ts";
import { ValidatorUnregistered } from "./validatorEvents.ts";

/** Call 5: leaves the set; the whole stake unbonds. Always allowed (kratos-core 4.2). */
export const UnregisterValidator: CallKind<Record<string, never>> = defineCall(
  5,
  "UnregisterValidator",
  kceRecord({}),
  {
    class: "X",
    baseFee: TRANSFER_FEE,
    apply(context) {
      const { state, sender, emit } = context;
      const validator = state.get(validators.of(sender));
      if (validator === undefined || validator.status === "Unbonding") return "NotValidator";
      leaveSet(context, validator);
      emit(ValidatorUnregistered.of({ account: sender, stake: validator.stake }));
      return undefined;
    },
  },
);

/**
 * Ends a validator's place: by its own wish, by removal or by ejection. The record stays until the stake is withdrawn; without
 * stake an entry of nothing keeps it as long, because so long evidence counts (kratos-core 4.1, 4.2).
 */
export function leaveSet(context: BlockContext, validator: Validator): Validator {
  startUnbonding(context, validator.id, validator.stake);
  const after: Validator = { ...validator, stake: krat12(0n), status: "Unbonding" };
  changeValidator(context, validator, after);
  return after;
}
