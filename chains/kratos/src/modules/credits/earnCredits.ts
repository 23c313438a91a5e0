import type { Epoch } from "@polis/codec";
import { type CreditRecord, MONTH, windowOf, YEAR } from "./creditRecord.ts";

/** Limits of kratos-core 5.2. */
const VOTES_PER_DAY = 3;
const VOTES_PER_MONTH = 50;
const ARBITRATIONS_PER_YEAR = 5;
const ARBITRATION_CREDIT = 5;
const SENIORITY_CREDIT = 5;

/** The record with its windows moved on to an epoch: counters of a window that has passed start again. */
export function inWindows(record: CreditRecord, at: Epoch): CreditRecord {
  const month = windowOf(at, MONTH);
  const year = windowOf(at, YEAR);
  return {
    ...record,
    ...(record.dayIndex === at ? {} : { dayIndex: at, votesInDay: 0 }),
    ...(record.monthIndex === month ? {} : { monthIndex: month, votesInMonth: 0 }),
    ...(record.yearIndex === year ? {} : { yearIndex: year, arbitrationsInYear: 0 }),
  };
}

/** True while a vote of this epoch would earn something (kratos-core 5.2). */
export function mayEarnVote(record: CreditRecord, at: Epoch): boolean {
  const { votesInDay, votesInMonth } = inWindows(record, at);
  return votesInDay < VOTES_PER_DAY && votesInMonth < VOTES_PER_MONTH;
}

/** Counts a vote against the limits, at its casting. */
export function countVote(record: CreditRecord, at: Epoch): CreditRecord {
  const moved = inWindows(record, at);
  return { ...moved, votesInDay: moved.votesInDay + 1, votesInMonth: moved.votesInMonth + 1 };
}

/** The credit of a vote, when its proposal is finalised. @param factor 2 in Bootstrap and BootstrapRecovery */
export function earnVote(record: CreditRecord, factor: number, at: Epoch): CreditRecord {
  return { ...record, vote: record.vote + factor, lastCreditEpoch: at };
}

/** The credit of an epoch with at least 95 % participation. @param rewarded the epoch that has ended */
export function earnUptime(record: CreditRecord, factor: number, rewarded: Epoch): CreditRecord {
  return { ...record, uptime: record.uptime + factor, lastCreditEpoch: rewarded };
}

/** The credit of an accepted case; the record as it is when the year's limit is reached. */
export function earnArbitration(record: CreditRecord, at: Epoch): CreditRecord {
  const moved = inWindows(record, at);
  if (moved.arbitrationsInYear >= ARBITRATIONS_PER_YEAR) return moved;
  return {
    ...moved,
    arbitration: moved.arbitration + ARBITRATION_CREDIT,
    arbitrationsInYear: moved.arbitrationsInYear + 1,
    lastCreditEpoch: at,
  };
}

/** The credit of a logical month, for an active validator that earned something since the last one (kratos-core 5.2, D70). */
export function earnSeniority(record: CreditRecord, entered: Epoch): CreditRecord {
  const isDue = entered >= record.lastSeniorityEpoch + MONTH && record.lastCreditEpoch >= record.lastSeniorityEpoch;
  return isDue ? { ...record, seniority: record.seniority + SENIORITY_CREDIT, lastSeniorityEpoch: entered } : record;
}
