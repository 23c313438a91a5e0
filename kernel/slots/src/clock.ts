import { type Epoch, epoch, type Seconds, type Slot, seconds, slot } from "@polis/codec";

/** The time line of a chain, from its genesis record (kratos-core 1.2, 1.7). */
export interface SlotClock {
  /** Unix time of the genesis block, the only origin of time. */
  readonly genesis: Seconds;
  /** 6 on production chains. */
  readonly slotSeconds: number;
  /** 600 on production chains. */
  readonly slotsPerEpoch: number;
}

/** The absolute slot of a moment (kratos-core 1.2); undefined before genesis. */
export function slotAt({ genesis, slotSeconds }: SlotClock, at: Seconds): Slot | undefined {
  return at < genesis ? undefined : slot(quotient(at - genesis, slotSeconds));
}

/** When a slot begins: the time that its producer should stamp (kratos-core 3.6). */
export function slotStart({ genesis, slotSeconds }: SlotClock, of: Slot): Seconds {
  return seconds(genesis + of * slotSeconds);
}

/** The epoch of a slot (kratos-core 1.2). */
export function epochOf({ slotsPerEpoch }: SlotClock, of: Slot): Epoch {
  return epoch(quotient(of, slotsPerEpoch));
}

/** The first slot of an epoch. */
export function firstSlot({ slotsPerEpoch }: SlotClock, of: Epoch): Slot {
  return slot(of * slotsPerEpoch);
}

/** Exact for all safe integers, unlike a division that rounds. */
function quotient(a: number, b: number): number {
  return (a - (a % b)) / b;
}
