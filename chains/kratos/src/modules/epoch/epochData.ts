import { type Epoch, epoch, type Kce, kceDigest, kceFixed, kceList, kceRecord, kceU32, kceU128 } from "@polis/codec";
import type { Candidate } from "@polis/slots";
import type { AccountId } from "../../identifiers.ts";
import { kceDigests, kceEpoch } from "../../kce.ts";
import { defineItem, type Item } from "../../state/item.ts";
import { remembered } from "../../state/remembered.ts";

/** Most Active validators of the root chain (kratos-core 4.2). */
export const MAX_VALIDATORS = 101;
/** Accounts that may wait for an approval: no more than there are places. */
const MAX_QUEUE = MAX_VALIDATORS;
/** Randomness that is remembered: of the last epochs. */
export const REMEMBERED_RANDOMNESS = 8;
/** Epochs over which participation is averaged (kratos-core 10.2). */
export const PARTICIPATION_WINDOW = 100;
/** Epochs of a period (kratos-core 3.4). */
export const PERIOD = 168;

/** Duties of a validator and how it met them, in an epoch or a logical month (kratos-core 5.2). */
export interface DutyCount {
  readonly account: AccountId;
  /** a: leader slots charged or used. */
  readonly leaderSlots: number;
  /** p */
  readonly produced: number;
  /** j: justifications recorded while it was a voter. */
  readonly justifications: number;
  /** k: those that carry its signature. */
  readonly signed: number;
}

/** The randomness of one epoch. */
export interface EpochRandomness {
  readonly epoch: Epoch;
  /** 32 bytes. */
  readonly value: Uint8Array;
}

/** The entry `epoch` (kratos-core 3.4). */
export interface EpochData {
  readonly current: Epoch;
  /** Of the last 8 epochs, newest last. */
  readonly randomness: readonly EpochRandomness[];
  /** Of the first epoch of the current and of the previous period of 168 epochs. */
  readonly periods: readonly EpochRandomness[];
  /** 32 bytes, fed by every block (kratos-core 6.6). */
  readonly accumulator: Uint8Array;
  /** Active validators in ascending order. */
  readonly active: readonly AccountId[];
  /** Early candidates with a quorum, first in first out (kratos-core 4.6). */
  readonly approvalQueue: readonly AccountId[];
  /** The leader schedule of the current epoch (kratos-core 6.4). */
  readonly schedule: readonly Candidate[];
  /** The snapshot for the next epoch. */
  readonly nextSchedule: readonly Candidate[];
  /** Blocks of the current epoch. */
  readonly blocks: number;
  readonly epochDuties: readonly DutyCount[];
  readonly monthDuties: readonly DutyCount[];
  /** True while none of the month's epochs was offline, by account: those that had one. */
  readonly offlineThisMonth: readonly AccountId[];
  /** In bps, of the last 100 epochs, oldest first. */
  readonly participationBps: readonly number[];
}

const kceDuty: Kce<DutyCount> = remembered(
  kceRecord({
    account: kceDigest,
    leaderSlots: kceU32,
    produced: kceU32,
    justifications: kceU32,
    signed: kceU32,
  }),
);
const kceCandidate: Kce<Candidate> = kceRecord({ account: kceDigest, weight: kceU128 });
const kceRandomness: Kce<EpochRandomness> = kceRecord({ epoch: kceEpoch, value: kceFixed(32) });
// A validator can leave and another one come within an epoch or month, so that counts outnumber places.
const MAX_DUTIES = 8 * MAX_VALIDATORS;

const kceEpochData: Kce<EpochData> = kceRecord({
  current: kceEpoch,
  randomness: remembered(kceList(kceRandomness, REMEMBERED_RANDOMNESS)),
  periods: kceList(kceRandomness, 2),
  accumulator: kceFixed(32),
  active: remembered(kceDigests(MAX_VALIDATORS)),
  approvalQueue: kceDigests(MAX_QUEUE),
  schedule: remembered(kceList(kceCandidate, MAX_VALIDATORS)),
  nextSchedule: remembered(kceList(kceCandidate, MAX_VALIDATORS)),
  blocks: kceU32,
  epochDuties: kceList(kceDuty, MAX_DUTIES),
  monthDuties: kceList(kceDuty, MAX_DUTIES),
  offlineThisMonth: kceDigests(MAX_DUTIES),
  participationBps: remembered(kceList(kceU32, PARTICIPATION_WINDOW)),
});

/** `epoch` (kratos-core 3.4). */
export const epochData: Item<EpochData> = defineItem<EpochData>("epoch", {
  codec: kceEpochData,
  maxBytes: 1_048_576,
  missing: {
    ...{ current: epoch(0), randomness: [], periods: [], accumulator: new Uint8Array(32), active: [] },
    ...{ approvalQueue: [], schedule: [], nextSchedule: [], blocks: 0, epochDuties: [], monthDuties: [] },
    ...{ offlineThisMonth: [], participationBps: [] },
  },
});
