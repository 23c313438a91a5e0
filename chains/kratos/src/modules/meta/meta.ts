import {
  type Digest,
  digestOf,
  type Height,
  height,
  type Kce,
  kceDigest,
  kceMap,
  kceRecord,
  kceU64,
  type Seconds,
  type Slot,
  seconds,
  slot,
} from "@polis/codec";
import { kceHeight, kceSeconds, kceSlot } from "../../kce.ts";
import { defineItem, type Item } from "../../state/item.ts";

/** The entry `meta` (kratos-core 3.4). */
export interface ChainMeta {
  readonly genesisTimestamp: Seconds;
  /** Zero until a declared fork activates. */
  readonly branchTag: Digest;
  readonly lastNumber: Height;
  readonly lastSlot: Slot;
  readonly lastTimestamp: Seconds;
  /** Signed sum of the drifts of the blocks of this epoch, in seconds (kratos-core 3.6). */
  readonly epochDriftSum: number;
}

/** A signed number of seconds, stored in two's complement. */
const kceDrift: Kce<number> = kceMap(
  kceU64,
  (value) => Number(BigInt.asIntN(64, value)),
  (value) => BigInt.asUintN(64, BigInt(value)),
);

const kceMeta: Kce<ChainMeta> = kceRecord({
  genesisTimestamp: kceSeconds,
  branchTag: kceDigest,
  lastNumber: kceHeight,
  lastSlot: kceSlot,
  lastTimestamp: kceSeconds,
  epochDriftSum: kceDrift,
});

/** `meta` (kratos-core 3.4). */
export const meta: Item<ChainMeta> = defineItem<ChainMeta>("meta", {
  codec: kceMeta,
  maxBytes: 72,
  missing: {
    genesisTimestamp: seconds(0),
    branchTag: digestOf(new Uint8Array(32)),
    lastNumber: height(0),
    lastSlot: slot(0),
    lastTimestamp: seconds(0),
    epochDriftSum: 0,
  },
});
