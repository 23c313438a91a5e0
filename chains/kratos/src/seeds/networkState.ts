import {
  type Digest,
  type Height,
  type Kce,
  type Krat12,
  kceCounter,
  kceDigest,
  kceEnumeration,
  kceOptional,
  kceRecord,
  kceU32,
  type Seconds,
} from "@polis/codec";
import type { SecurityStateName } from "../economics/inflation.ts";
import { kceHeight, kceKrat, kceSeconds } from "../kce.ts";

/** What a seed server believes about the network (kratos-core 12.6). Advice to people: no node acts on it. */
export interface NetworkState {
  readonly genesisHash: Digest;
  /** Median of what the active peers claim. */
  readonly bestHeight: Height;
  readonly activeValidators: number;
  /** Undefined at a seed server that has no node to ask; so are the next but one and the one after it. */
  readonly securityState: SecurityStateName | undefined;
  readonly totalStake: Krat12;
  /** Ten-thousandths. */
  readonly participationBps: number | undefined;
  /** Parts in 10^9. */
  readonly estimatedInflationPpb: number | undefined;
  readonly activePeers: number;
  readonly timestamp: Seconds;
}

/** The names of the security states, in the order of kratos-core 10.1. */
export const securityStateNames = [
  "Bootstrap",
  "Normal",
  "Degraded",
  "Restricted",
  "Emergency",
  "BootstrapRecovery",
] as const satisfies readonly SecurityStateName[];

/** The canonical encoding of a network state. */
export const kceNetworkState: Kce<NetworkState> = kceRecord({
  genesisHash: kceDigest,
  bestHeight: kceHeight,
  activeValidators: kceU32,
  securityState: kceOptional(kceEnumeration(securityStateNames)),
  totalStake: kceKrat,
  participationBps: kceOptional(kceU32),
  estimatedInflationPpb: kceOptional(kceCounter),
  activePeers: kceU32,
  timestamp: kceSeconds,
});
