import type { DialTarget } from "./dialerTable.ts";
import type { PeerNetworkOptions } from "./types.ts";

/**
 * Whom a node dials: a validator every validator on both channels, a follower some of them, and the followers that it was
 * told of, for bulk alone (kairos N2, N14).
 * @param outbound how many peers a follower dials
 * @param ownKey never among them
 */
export function dialTargets(
  options: Pick<PeerNetworkOptions, "self" | "validators" | "upstreams" | "random">,
  outbound: number,
  ownKey: string,
): readonly DialTarget[] {
  const { self, validators, upstreams = [], random = Math.random } = options;
  if (self !== undefined) return validators.filter(({ publicKeyHex }) => publicKeyHex !== ownKey);
  // Followers that all began with the first ones would leave the others idle.
  const first = Math.floor(random() * validators.length);
  const inTurn = [...validators.slice(first), ...validators.slice(0, first)];
  const withAddress = inTurn.filter(({ host }) => host !== undefined);
  const without = inTurn.filter(({ host }) => host === undefined);
  const all = [...upstreams, ...withAddress, ...without];
  return all.filter(({ publicKeyHex }) => publicKeyHex !== ownKey).slice(0, outbound);
}
