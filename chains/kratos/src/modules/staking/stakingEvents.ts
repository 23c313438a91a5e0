import { type Kce, type Krat12, kceDigest, kceRecord } from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import { kceKrat } from "../../kce.ts";

/** Fields of the events of staking (kratos-core 2.9). */
export interface AccountAmount {
  readonly account: AccountId;
  readonly amount: Krat12;
}

/** Their encoding. */
export const kceAccountAmount: Kce<AccountAmount> = kceRecord({ account: kceDigest, amount: kceKrat });
