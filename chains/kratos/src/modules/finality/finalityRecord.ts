import {
  type Digest,
  type Epoch,
  type Height,
  height,
  type Kce,
  kceDigest,
  kceList,
  kceOptional,
  kceRecord,
} from "@polis/codec";
import { noEntries } from "@polis/state";
import type { AccountId } from "../../identifiers.ts";
import { kceDigests, kceEpoch, kceHeight } from "../../kce.ts";
import { defineItem, type Item } from "../../state/item.ts";

/** A voter set that still votes, or waits for its turn (kratos-core 7.2). */
export interface RecordedSet {
  readonly id: Epoch;
  readonly voters: readonly AccountId[];
  /** The last block it votes for: the one that opened the set behind it (KD12). */
  readonly handoff: Height | undefined;
}

/** The entry `finality` (kratos-core 3.4). */
export interface FinalityRecord {
  readonly number: Height;
  readonly hash: Digest;
  /** The set of the next block that becomes final, and those that were opened since, oldest first. */
  readonly sets: readonly RecordedSet[];
}

/** Sets that may wait: no further one is opened until finality is recorded again. */
export const MAX_SETS = 64;

const kceSet: Kce<RecordedSet> = kceRecord({ id: kceEpoch, voters: kceDigests(101), handoff: kceOptional(kceHeight) });

/** `finality` (kratos-core 3.4). */
export const finality: Item<FinalityRecord> = defineItem<FinalityRecord>("finality", {
  codec: kceRecord({ number: kceHeight, hash: kceDigest, sets: kceList(kceSet, MAX_SETS) }),
  maxBytes: 48 + MAX_SETS * (25 + 32 * 101),
  missing: { number: height(0), hash: noEntries, sets: [] },
});

/** The set that votes for a block, or undefined before the first one. */
export function setFor({ sets }: FinalityRecord, number: Height): RecordedSet | undefined {
  return sets.find(({ handoff }) => handoff === undefined || number <= handoff);
}
