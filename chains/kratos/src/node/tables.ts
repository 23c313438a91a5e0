/** Tables of the store `producer`, whose rows the effect `persist` brings. */
export const producerTables = {
  /** Slot, 8 bytes, to the hash of the header that was signed for it (I14). */
  slots: "kratosSignedSlots",
  /** Set 8, round 4, type 1 to the own vote. */
  votes: "kratosOwnVotes",
} as const;

/** Names of these tables, for opening the store. */
export const producerTableNames: readonly string[] = Object.values(producerTables);

/** Tables of the chain's store, whose rows the effect `remember` brings. */
export const nodeTables = {
  /** What peers are banned for, and until when. */
  bans: "kratosBans",
  /** Offence id to evidence that no block has taken yet. */
  evidence: "kratosEvidence",
  /** `alarm`: the justification that contradicts what is final. */
  alarm: "kratosAlarm",
} as const;

/** Names of these tables, for opening the store. */
export const nodeTableNames: readonly string[] = Object.values(nodeTables);
