import { epoch } from "@polis/codec";
import type { BlockContext } from "../../runtime/context.ts";
import { activeValidators, changeValidator } from "./activeSet.ts";
import { canParticipate } from "./canParticipate.ts";
import type { Validator } from "./validator.ts";

const HIGHEST = 100;
/** Epochs in jail at reputation 0 (kratos-core 4.5). */
const JAIL_EPOCHS = 12;

/** The author of a block: one more, at most 100 (kratos-core 4.5). */
export function afterProducing(validator: Validator): Validator {
  const { reputation, blocksProduced } = validator;
  return { ...validator, reputation: Math.min(HIGHEST, reputation + 1), blocksProduced: blocksProduced + 1 };
}

/** The leader of an empty slot: one less; at 0 it goes to jail, unless nobody else is left (kratos-core 4.5, D23). */
export function chargeMiss(context: BlockContext, validator: Validator): void {
  const reputation = Math.max(0, validator.reputation - 1);
  const after = { ...validator, reputation, blocksMissed: validator.blocksMissed + 1 };
  if (reputation > 0 || !isLastOne(context, validator))
    changeValidator(context, validator, jailedAtZero(context, after));
  else changeValidator(context, validator, { ...after, reputation: 1 });
}

function jailedAtZero({ block }: BlockContext, validator: Validator): Validator {
  if (validator.reputation > 0 || validator.status !== "Active") return validator;
  return { ...validator, status: "Jailed", cooldownUntil: epoch(block.epoch + JAIL_EPOCHS) };
}

/** True when the network would have nobody able to participate without this validator. */
export function isLastOne({ state, block }: BlockContext, { id }: Validator): boolean {
  return !activeValidators(state).some((other) => other.id !== id && canParticipate(other, block.epoch));
}
