import { type Digest, type Height, height, type Krat12, krat12, type Seconds } from "@polis/codec";
import type { NetworkState } from "./networkState.ts";
import type { PeerRecord } from "./peerRecord.ts";

/** What a node that the operator trusts says, in the place of claims. */
export type NodeFacts = Pick<
  NetworkState,
  "activeValidators" | "securityState" | "totalStake" | "participationBps" | "estimatedInflationPpb"
>;

/**
 * The state of the network by the claims of its active peers: of each the median, so that a minority cannot move it
 * (kratos-core 12.6).
 * @param facts what a node says, when there is one to ask
 */
export function stateOfPeers(
  genesisHash: Digest,
  active: readonly PeerRecord[],
  facts: NodeFacts | undefined,
  now: Seconds,
): NetworkState {
  const heights = active.map(({ currentHeight }) => currentHeight);
  return {
    genesisHash,
    bestHeight: median(heights) ?? height(0),
    activeValidators: facts?.activeValidators ?? median(defined(active.map((peer) => peer.validatorCount))) ?? 0,
    securityState: facts?.securityState,
    totalStake: facts?.totalStake ?? median(defined(active.map((peer) => peer.totalStake))) ?? krat12(0n),
    participationBps: facts?.participationBps,
    estimatedInflationPpb: facts?.estimatedInflationPpb,
    activePeers: active.length,
    timestamp: now,
  };
}

function defined<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}

/** The middle value; the lower of the two in the middle. Undefined when there is none. */
export function median<T extends Height | Krat12 | number>(values: readonly T[]): T | undefined {
  return values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))[Math.ceil(values.length / 2) - 1];
}
