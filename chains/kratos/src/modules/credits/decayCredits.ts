import type { Epoch } from "@polis/codec";
import { type CreditRecord, QUARTER, totalCredits, windowOf } from "./creditRecord.ts";
import { removeCredits } from "./removeCredits.ts";

/** Decay never goes below one credit (kratos-core 5.4). */
const FLOOR = 1;

/**
 * Settles the quarters that have ended since the last settlement (kratos-core 5.4): each one in which nothing was earned
 * takes a tenth, at least one credit. Ends early at the floor, so that it is bounded.
 * @param at the epoch that is entered or in which the record is touched
 */
export function settleDecay(record: CreditRecord, at: Epoch): CreditRecord {
  const quarter = windowOf(at, QUARTER);
  let settled = record;
  for (let ended = record.decayedQuarter; ended < quarter; ended++) {
    const total = totalCredits(settled);
    if (total <= FLOOR) break;
    if (record.lastCreditEpoch < ended * QUARTER) {
      const tenth = (total - (total % 10)) / 10;
      settled = removeCredits(settled, Math.min(Math.max(1, tenth), total - FLOOR));
    }
  }
  return { ...settled, decayedQuarter: Math.max(quarter, record.decayedQuarter) };
}
