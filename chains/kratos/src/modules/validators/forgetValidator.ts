import type { AccountId } from "../../identifiers.ts";
import type { BlockContext } from "../../runtime/context.ts";
import { removeValidatorRole } from "../roles/roleRegistry.ts";
import { criticalCount } from "../slashing/offences.ts";
import { validators } from "./validator.ts";

/**
 * Ends the record of a validator that has left, when its last unbonding entry is withdrawn and no cooldown runs; one that was
 * ejected is kept until its Critical count has decayed, so that it cannot come back too early (kratos-core 4.1).
 */
export function forgetValidator({ state, block }: BlockContext, account: AccountId): void {
  const validator = state.get(validators.of(account));
  if (validator === undefined || validator.status !== "Unbonding") return;
  if (validator.ejected && criticalCount(state, account, block.epoch) > 0) return;
  if (validator.cooldownUntil !== undefined && block.epoch <= validator.cooldownUntil) return;
  state.delete(validators.of(account));
  removeValidatorRole(state, account);
}
