import { type Kce, type Krat12, kceDigest, kceEnumeration, kceRecord } from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import { kceKrat } from "../../kce.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import type { ValidatorStatus } from "./validator.ts";

/** Fields of events 4 and 5. */
export interface AccountStake {
  readonly account: AccountId;
  readonly stake: Krat12;
}

const kceAccountStake: Kce<AccountStake> = kceRecord({ account: kceDigest, stake: kceKrat });
const kceStatus: Kce<ValidatorStatus> = kceEnumeration(["Active", "Inactive", "Unbonding", "Slashed", "Jailed"]);

/** Event 4. */
export const ValidatorRegistered: EventKind<AccountStake> = defineEvent(4, "ValidatorRegistered", kceAccountStake);
/** Event 5. */
export const ValidatorUnregistered: EventKind<AccountStake> = defineEvent(5, "ValidatorUnregistered", kceAccountStake);

/** Fields of event 6. */
export interface StatusChange {
  readonly account: AccountId;
  readonly from: ValidatorStatus;
  readonly to: ValidatorStatus;
}

/** Event 6. */
export const ValidatorStatusChanged: EventKind<StatusChange> = defineEvent(
  6,
  "ValidatorStatusChanged",
  kceRecord({ account: kceDigest, from: kceStatus, to: kceStatus }),
);
