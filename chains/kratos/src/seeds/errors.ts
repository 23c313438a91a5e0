/**
 * Why a seed server refuses what a peer sent, or a node refuses a list (kratos-core 12.4 to 12.6). The verdict says who answers
 * for it: "punish" is the work of whoever sent the bytes, "ignore" may happen to an honest sender.
 */
export const seedFaults = {
  MalformedFrame: "punish",
  UnknownVersion: "ignore",
  InvalidSignature: "punish",
  WrongPeerIdentity: "punish",
  WrongGenesis: "ignore",
  StaleTimestamp: "ignore",
  FutureTimestamp: "ignore",
  ReplayedHeartbeat: "ignore",
  NoAddress: "punish",
  InvalidAddress: "punish",
  AddressNotOwn: "ignore",
  RegistryFull: "ignore",
  TooManyPeersOfAddress: "ignore",
  UnknownPeer: "ignore",
  UnknownValidator: "ignore",
  ValidatorProvenElsewhere: "ignore",
  StaleProof: "ignore",
  Busy: "ignore",
  RateLimited: "ignore",
  Banned: "ignore",
  MalformedList: "punish",
  UnknownSeedKey: "punish",
  StaleList: "ignore",
  FutureList: "ignore",
} as const;

/** The name of a refusal. */
export type SeedFault = keyof typeof seedFaults;
