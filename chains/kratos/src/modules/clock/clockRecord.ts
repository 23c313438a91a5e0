import {
  type Epoch,
  epoch,
  type Height,
  height,
  type Kce,
  kceCounter,
  kceEnumeration,
  kceOptional,
  kceRecord,
  kceU32,
  type Slot,
} from "@polis/codec";
import type { ClockStatus } from "@polis/slots";
import { kceEpoch, kceHeight, kceSlot } from "../../kce.ts";
import { defineTable, type Table } from "../../state/item.ts";

/** What the chain knows of a validator's clock (kratos-core 11.3). */
export interface ClockRecord {
  readonly status: ClockStatus;
  readonly goodStreak: number;
  readonly badStreak: number;
  readonly sinceEpoch: Epoch;
  readonly clockSyncFailures: number;
  readonly lastExclusionEpoch: Epoch | undefined;
  readonly totalExcludedSlots: number;
  /** The slot of the last attestation, and the block that held it: one a block, each of a later slot (11.4). */
  readonly lastAttestedSlot: Slot | undefined;
  readonly lastAttestedIn: Height;
}

/** The four statuses, in the order of kratos-core 11.1. */
export const kceClockStatus: Kce<ClockStatus> = kceEnumeration(["Healthy", "Degraded", "Excluded", "Recovering"]);

const kceClock: Kce<ClockRecord> = kceRecord({
  status: kceClockStatus,
  goodStreak: kceU32,
  badStreak: kceU32,
  sinceEpoch: kceEpoch,
  clockSyncFailures: kceU32,
  lastExclusionEpoch: kceOptional(kceEpoch),
  totalExcludedSlots: kceCounter,
  lastAttestedSlot: kceOptional(kceSlot),
  lastAttestedIn: kceHeight,
});

/** `clock:` + AccountId (kratos-core 3.4); a missing record is a healthy clock. */
export const clocks: Table<ClockRecord> = defineTable<ClockRecord>("clock:", {
  codec: kceClock,
  maxBytes: 58,
  missing: {
    ...{ status: "Healthy", goodStreak: 0, badStreak: 0, sinceEpoch: epoch(0), clockSyncFailures: 0 },
    ...{ lastExclusionEpoch: undefined, totalExcludedSlots: 0, lastAttestedSlot: undefined, lastAttestedIn: height(0) },
  },
});

/** True for a clock whose owner may not produce. */
export function isOut({ status }: ClockRecord): boolean {
  return status === "Excluded" || status === "Recovering";
}
