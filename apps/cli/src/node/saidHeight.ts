import type { PeerInfo } from "@polis/net";

/**
 * How high the chain is, as the peers say that this node takes it from: the second highest of their words at the handshake
 * (N4), so that one liar cannot make a node look far behind. Whoever has come to be served is not asked.
 * @returns 0 when nobody has said anything
 */
export function saidHeight(peers: readonly Pick<PeerInfo, "up" | "isValidator" | "isUpstream" | "hello">[]): number {
  const said = peers
    .filter(({ up, isValidator, isUpstream }) => up && (isValidator || isUpstream))
    .map(({ hello }) => hello?.lastFinalized.height ?? 0)
    .sort((a, b) => b - a);
  return said[1] ?? said[0] ?? 0;
}
