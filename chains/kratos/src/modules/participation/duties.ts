import type { AccountId } from "../../identifiers.ts";
import type { State } from "../../state/state.ts";
import { type DutyCount, epochData } from "../epoch/epochData.ts";

/** What happened to a validator: a leader slot that it used or missed, a justification it signed or could have signed. */
export type DutyEvent = "produced" | "missed" | "signed" | "unsigned";

/** Counts a duty in the epoch and in the logical month (kratos-core 5.2). */
export function countDuty(state: State, account: AccountId, event: DutyEvent): void {
  state.update(epochData, (data) => ({
    ...data,
    epochDuties: counted(data.epochDuties, account, event),
    monthDuties: counted(data.monthDuties, account, event),
  }));
}

/** True when a validator with duties met 95 % of them; undefined when it had none (kratos-core 5.2). */
export function participated(duty: DutyCount | undefined): boolean | undefined {
  const total = duty === undefined ? 0 : duty.leaderSlots + duty.justifications;
  return total === 0 ? undefined : 100 * (duty!.produced + duty!.signed) >= 95 * total;
}

/** Sorted by account, so that the entry does not depend on the order of events. */
function counted(duties: readonly DutyCount[], account: AccountId, event: DutyEvent): readonly DutyCount[] {
  const at = duties.findIndex((duty) => duty.account >= account);
  const found = at >= 0 && duties[at]!.account === account;
  const none = { account, leaderSlots: 0, produced: 0, justifications: 0, signed: 0 };
  const next = applied(found ? duties[at]! : none, event);
  if (at < 0) return [...duties, next];
  return duties.toSpliced(at, found ? 1 : 0, next);
}

function applied(duty: DutyCount, event: DutyEvent): DutyCount {
  const isLeader = event === "produced" || event === "missed";
  return {
    account: duty.account,
    leaderSlots: duty.leaderSlots + (isLeader ? 1 : 0),
    produced: duty.produced + (event === "produced" ? 1 : 0),
    justifications: duty.justifications + (isLeader ? 0 : 1),
    signed: duty.signed + (event === "signed" ? 1 : 0),
  };
}
