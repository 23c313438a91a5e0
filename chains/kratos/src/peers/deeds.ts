/** What a peer can do that counts (kratos-core 12.9). */
export type Deed = keyof typeof deeds;

/** Points of a deed, and whether it is a ban. */
interface Weight {
  readonly score: number;
  readonly ban?: true;
}

/**
 * Both tables of kratos-core 12.9. Rows that the text does not have: bytes that no correct node sends weigh as an invalid block,
 * an answer without what the peer had promised as a timeout, an invalid vote as an invalid transaction.
 */
export const deeds = {
  validBlock: { score: 5 },
  newTransaction: { score: 1 },
  duplicateBlock: { score: 0 },
  outOfOrderBlock: { score: 0 },
  numberMismatch: { score: 0 },
  invalidTransaction: { score: -10 },
  invalidVote: { score: -10 },
  timeout: { score: -20 },
  withheld: { score: -20 },
  invalidBlock: { score: -50 },
  stateRootMismatch: { score: -50 },
  malformed: { score: -50 },
  bannedFault: { score: 0, ban: true },
  otherGenesis: { score: 0, ban: true },
} as const satisfies Readonly<Record<string, Weight>>;

/** The weight of a deed. */
export function weightOf(deed: Deed): Weight {
  return deeds[deed];
}
