import type { Epoch } from "@polis/codec";
import type { Validator } from "./validator.ts";

/**
 * Whether a validator counts for V, for candidates and for voters (kratos-core 4.1). A stake below the floor needs no test
 * of its own: the rule of 4.6 makes such validators Inactive when their grace is over, and until then they take part.
 */
export function canParticipate({ status, reputation, cooldownUntil }: Validator, at: Epoch): boolean {
  const isCooling = cooldownUntil !== undefined && at <= cooldownUntil;
  return status === "Active" && reputation > 0 && !isCooling;
}
