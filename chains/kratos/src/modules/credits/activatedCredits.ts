import type { Epoch } from "@polis/codec";
import { type CreditRecord, newCredits } from "./creditRecord.ts";
import { settleDecay } from "./decayCredits.ts";

/**
 * The credits of an account that becomes Active (kratos-core 4.2, 5.1): a first record, or the one it had, with the quarters
 * away settled. Seniority counts from now, because it is for those who were Active throughout (kratos-core 5.2).
 * @param uptime credits of a first record
 */
export function activatedCredits(before: CreditRecord | undefined, uptime: number, at: Epoch): CreditRecord {
  if (before === undefined) return newCredits(uptime, at);
  return { ...settleDecay(before, at), lastSeniorityEpoch: at, lastCreditEpoch: at };
}
