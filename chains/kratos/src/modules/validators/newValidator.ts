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
