import { type Height, type Krat12, krat12 } from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import type { Validator } from "./validator.ts";

/** The record of somebody who joins with a stake (kratos-core 4.1). */
export function newValidator(id: AccountId, stake: Krat12, registeredAt: Height): Validator {
  return {
    ...{ id, stake, status: "Active", reputation: 100, blocksProduced: 0, blocksMissed: 0, slashCount: 0 },
    ...{ totalSlashed: krat12(0n), registeredAt, cooldownUntil: undefined, offlineStreak: 0 },
    ...{ isBootstrap: false, ejected: false },
  };
}

/** Credits of a bootstrap validator, at genesis and by early approval alike (kratos-core 3.9, I27). */
export const BOOTSTRAP_CREDITS = 100;

/** The record of a validator without stake, admitted at genesis or by early voting (kratos-core 3.9, 4.6). */
export function newBootstrapValidator(id: AccountId, registeredAt: Height): Validator {
  return { ...newValidator(id, krat12(0n), registeredAt), isBootstrap: true };
}
