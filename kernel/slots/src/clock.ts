/** The time line of a chain, from its genesis record (kratos-core 1.2, 1.7). */
export interface SlotClock {
  /** Unix seconds of the genesis block, the only origin of time. */
  readonly genesisS: bigint;
  /** 6 on production chains. */
  readonly slotSeconds: bigint;
  /** 600 on production chains. */
  readonly slotsPerEpoch: bigint;
}

/**
 * The absolute slot of a moment (kratos-core 1.2); undefined before genesis.
 * @param timestampS Unix seconds
 */
export function slotAt({ genesisS, slotSeconds }: SlotClock, timestampS: bigint): bigint | undefined {
  return timestampS < genesisS ? undefined : (timestampS - genesisS) / slotSeconds;
}

/** When a slot begins, in Unix seconds: the time that its producer should stamp (kratos-core 3.6). */
export function slotStart({ genesisS, slotSeconds }: SlotClock, slot: bigint): bigint {
  return genesisS + slot * slotSeconds;
}

/** The epoch of a slot (kratos-core 1.2). */
export function epochOf({ slotsPerEpoch }: SlotClock, slot: bigint): bigint {
  return slot / slotsPerEpoch;
}

/** The first slot of an epoch. */
export function firstSlot({ slotsPerEpoch }: SlotClock, epoch: bigint): bigint {
  return epoch * slotsPerEpoch;
}
