import type { BlockContext } from "../../runtime/context.ts";
import { MONTH } from "../credits/creditRecord.ts";
import { type DutyCount, epochData } from "../epoch/epochData.ts";
import { setValidator, validators } from "../validators/validator.ts";
import type { Severity } from "./offences.ts";
import { punish } from "./penalty.ts";

/** Consecutive offline epochs (kratos-core 8.2). */
const SHORT = 3;
const EXTENDED = 12;

/** Downtime and low participation of the epoch and the month that end (kratos-core 3.7 (2b), 8.2); the gravest of a validator. */
export function judgeLiveness(context: BlockContext): void {
  const { state, block } = context;
  const data = state.get(epochData);
  const epochDuties = new Map(data.epochDuties.map((duty) => [duty.account, duty]));
  const monthDuties = new Map(data.monthDuties.map((duty) => [duty.account, duty]));
  const endsMonth = block.epoch % MONTH === 0;
  const offline = data.active.filter((account) => isOffline(epochDuties.get(account)));
  for (const account of data.active) {
    const hadDuties = hasDuties(epochDuties.get(account));
    const validator = state.get(validators.of(account))!;
    const offlineStreak = offline.includes(account)
      ? validator.offlineStreak + 1
      : hadDuties
        ? 0
        : validator.offlineStreak;
    if (offlineStreak !== validator.offlineStreak) setValidator(state, { ...validator, offlineStreak });
    const down = offlineStreak > validator.offlineStreak ? downtime(offlineStreak) : undefined;
    const wasOffline = data.offlineThisMonth.includes(account) || offline.includes(account);
    const low = endsMonth && !wasOffline ? lowParticipation(monthDuties.get(account)) : undefined;
    const severity = down === "Medium" || low === "Medium" ? "Medium" : (down ?? low);
    if (severity !== undefined) punish(context, account, { severity, offenceId: undefined, rulesBlock: block.number });
  }
  state.update(epochData, (now) => ({
    ...now,
    monthDuties: endsMonth ? [] : now.monthDuties,
    offlineThisMonth: endsMonth ? [] : merged(now.offlineThisMonth, offline),
  }));
}

function hasDuties(duty: DutyCount | undefined): boolean {
  return duty !== undefined && duty.leaderSlots + duty.justifications > 0;
}

function isOffline(duty: DutyCount | undefined): boolean {
  return hasDuties(duty) && duty!.produced + duty!.signed === 0;
}

function downtime(streak: number): Severity | undefined {
  if (streak >= EXTENDED && streak % EXTENDED === 0) return "Medium";
  return streak === SHORT ? "Low" : undefined;
}

function lowParticipation(duty: DutyCount | undefined): Severity | undefined {
  if (!hasDuties(duty)) return undefined;
  const done = 100 * (duty!.produced + duty!.signed);
  const asked = duty!.leaderSlots + duty!.justifications;
  if (done < 50 * asked) return "Medium";
  return done < 80 * asked ? "Low" : undefined;
}

function merged<T extends string>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Set([...a, ...b])].sort((x, y) => (x < y ? -1 : 1));
}
