import type { Digest, Epoch, View } from "@polis/codec";
import { bls, encodeSeedPayload } from "@polis/crypto";

/**
 * Makes the check of seed(view) for B7: one BLS verification of the seed payload (K1: tag, genesis hash, epoch, view)
 * under the group key of sharing M. Throws a RangeError on a key that is not a point, which genesis has excluded.
 */
export function createSeedVerifier(
  groupKeyM: Uint8Array,
  genesisDigest: Digest,
  epoch: Epoch,
): (view: View, seed: Uint8Array) => boolean {
  const key = bls.parsePublicKey(groupKeyM);
  if (key === undefined) throw new RangeError("groupKeyM is not a point of G1");
  return (view, seed) => {
    const signature = bls.parseSignature(seed);
    return signature !== undefined && bls.verify(encodeSeedPayload(genesisDigest, epoch, view), key, signature);
  };
}
