import { epochOf, type SlotClock, slotAt } from "@polis/slots";
import type { ChainMeta } from "../modules/meta/meta.ts";
import type { ParentBlock } from "./block.ts";
import type { UnsignedHeader } from "./header.ts";

/** A broken rule of kratos-core 3.5, and whether it is the sender's objective fault. */
export interface BlockFault {
  readonly code: string;
  readonly ban: boolean;
}

/** Limits of kratos-core 3.6, in seconds. */
const MAX_BLOCK_DRIFT = 5;
const MAX_EPOCH_DRIFT = 1_200;

/** How far a block's time is from the slots that have passed since its parent (kratos-core 3.6). */
export function driftOf(header: UnsignedHeader, parent: UnsignedHeader, slotSeconds: number): number {
  return header.timestamp - parent.timestamp - slotSeconds * (header.slot - parent.slot);
}

/** The drift sum of the epoch after a block: it starts again with the first block of an epoch. */
export function driftSumAfter(
  meta: ChainMeta,
  header: UnsignedHeader,
  parent: UnsignedHeader,
  slotSeconds: number,
): number {
  return driftOf(header, parent, slotSeconds) + (header.epoch === parent.epoch ? meta.epochDriftSum : 0);
}

/** The rules V2 to V8, which need the parent and the clock alone (kratos-core 3.5). */
export function checkHeader(
  header: UnsignedHeader,
  parent: ParentBlock,
  clock: SlotClock,
  meta: ChainMeta,
): BlockFault | undefined {
  const before = parent.header;
  const drift = driftOf(header, before, clock.slotSeconds);
  const sum = driftSumAfter(meta, header, before, clock.slotSeconds);
  if (header.number !== before.number + 1) return { code: "BlockNumberMismatch", ban: false };
  if (header.parentHash !== parent.hash) return { code: "InvalidParentHash", ban: true };
  if (header.slot <= before.slot) return { code: "InvalidSlot", ban: true };
  if (header.epoch !== epochOf(clock, header.slot)) return { code: "InvalidEpoch", ban: true };
  if (header.slot !== slotAt(clock, header.timestamp)) return { code: "TimestampSlotMismatch", ban: true };
  if (header.timestamp <= before.timestamp) return { code: "TimestampNotAfterParent", ban: true };
  const isDrifting = Math.abs(drift) > MAX_BLOCK_DRIFT || Math.abs(sum) > MAX_EPOCH_DRIFT;
  return isDrifting ? { code: "DriftExceeded", ban: true } : undefined;
}
