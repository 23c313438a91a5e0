import { concatBytes, type Digest, digestToBytes, equalBytes, type View, view } from "@polis/codec";

/**
 * B7 for the seed of an envelope: seed(v-1) verifies under the group key, and seed(0) is the genesis hash three times
 * (K18).
 * @param ownView the block's view v
 * @param prevSeed 96 bytes with `randomness = "seed"`, else undefined
 */
export function isValidSeed(
  ownView: View,
  prevSeed: Uint8Array | undefined,
  genesisDigest: Digest,
  verifySeed: (view: View, seed: Uint8Array) => boolean,
): boolean {
  if (prevSeed === undefined) return true;
  if (ownView === 1) return equalBytes(prevSeed, seedOfGenesis(genesisDigest));
  return ownView > 1 && verifySeed(view(ownView - 1), prevSeed);
}

/** seed(0): the genesis hash repeated to 96 bytes (K18). */
export function seedOfGenesis(genesisDigest: Digest): Uint8Array {
  const once = digestToBytes(genesisDigest);
  return concatBytes(once, once, once);
}
