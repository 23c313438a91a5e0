import type { PeerRecord } from "./peerRecord.ts";
import { classOf } from "./scoring.ts";
import { type RandomBelow, shuffled } from "./shuffle.ts";

/**
 * The peers of a list: the highest scores, spread over regions, ties in random order (kratos-core 12.5). In the first pass a
 * region gets at most its equal share, so that a list of 3 places or more shows at least 3 regions when there are as many; in
 * the second pass free places go to the highest scores. Peers without a region are one region.
 * @param peers active ones @param size most peers
 */
export function choosePeers(peers: readonly PeerRecord[], size: number, random: RandomBelow): PeerRecord[] {
  const ranked = shuffled(
    peers.filter(({ score }) => classOf(score) !== "poor"),
    random,
  ).sort((a, b) => b.score - a.score);
  const regions = new Set(ranked.map(({ region }) => region)).size;
  const share = Math.max(1, Math.floor(size / Math.max(1, regions)));
  const taken = new Map<string | undefined, number>();
  const first: PeerRecord[] = [];
  const later: PeerRecord[] = [];
  for (const peer of ranked) {
    const count = taken.get(peer.region) ?? 0;
    taken.set(peer.region, count + 1);
    (count < share ? first : later).push(peer);
  }
  return [...first, ...later].slice(0, size).sort((a, b) => b.score - a.score);
}
