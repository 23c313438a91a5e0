import { type Epoch, epoch, type Kce, kceCounter, kceRecord, kceU32 } from "@polis/codec";
import { kceEpoch } from "../../kce.ts";
import { defineTable, type Table } from "../../state/item.ts";

/** The four kinds of validator credits (kratos-core 5.1), in the order in which ties are broken. */
export const creditKinds = ["vote", "uptime", "arbitration", "seniority"] as const;

/** A kind of credit. */
export type CreditKind = (typeof creditKinds)[number];

/** Credits of an account (kratos-core 5.1). They cannot be transferred. */
export interface CreditRecord extends Readonly<Record<CreditKind, number>> {
  readonly votesInDay: number;
  readonly dayIndex: number;
  readonly votesInMonth: number;
  readonly monthIndex: number;
  readonly arbitrationsInYear: number;
  readonly yearIndex: number;
  readonly lastSeniorityEpoch: Epoch;
  readonly lastCreditEpoch: Epoch;
  readonly decayedQuarter: number;
}

const kceCredits: Kce<CreditRecord> = kceRecord({
  vote: kceU32,
  uptime: kceU32,
  arbitration: kceU32,
  seniority: kceU32,
  votesInDay: kceU32,
  dayIndex: kceCounter,
  votesInMonth: kceU32,
  monthIndex: kceCounter,
  arbitrationsInYear: kceU32,
  yearIndex: kceCounter,
  lastSeniorityEpoch: kceEpoch,
  lastCreditEpoch: kceEpoch,
  decayedQuarter: kceCounter,
});

/** `vc:` + AccountId (kratos-core 3.4). */
export const credits: Table<CreditRecord | undefined> = defineTable<CreditRecord | undefined>("vc:", {
  codec: kceCredits,
  maxBytes: 76,
  missing: undefined,
});

/** Epochs of a logical month (kratos-core 1.2). */
export const MONTH = 4;
/** Epochs of a logical year. */
export const YEAR = 52;
/** Epochs of a quarter, over which idle credits decay (kratos-core 5.4). */
export const QUARTER = 13;

/** The number of the window of a length that an epoch lies in. */
export function windowOf(at: Epoch, length: number): number {
  return (at - (at % length)) / length;
}

/** A record with nothing in it but uptime credits, as of an activation. @param uptime 1 for newcomers, 100 in bootstrap */
export function newCredits(uptime: number, at: Epoch): CreditRecord {
  return {
    ...{ vote: 0, uptime, arbitration: 0, seniority: 0, votesInDay: 0, votesInMonth: 0, arbitrationsInYear: 0 },
    ...{ dayIndex: at, monthIndex: windowOf(at, MONTH), yearIndex: windowOf(at, YEAR) },
    ...{ lastSeniorityEpoch: at, lastCreditEpoch: at, decayedQuarter: windowOf(at, QUARTER) },
  };
}

/** TotalVC (kratos-core 5.1); 0 without a record. */
export function totalCredits(record: CreditRecord | undefined): number {
  return record === undefined ? 0 : record.vote + record.uptime + record.arbitration + record.seniority;
}

/** Epoch 0, for records of genesis. */
export const FIRST_EPOCH: Epoch = epoch(0);
