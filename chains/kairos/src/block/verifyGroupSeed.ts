import { asciiBytes, type Digest, type View, Writer } from "@polis/codec";
import { bls } from "@polis/crypto";

const tag = asciiBytes("KAIROS_SEED_V1");

/**
 * Makes the check of seed(view) for B7: one BLS verification of the seed payload (K1: tag, genesis hash, epoch, view)
 * under the group key of sharing M. Throws a RangeError on a key that is not a point, which genesis has excluded.
 */
export function createSeedVerifier(
  groupKeyM: Uint8Array,
  genesisDigest: Digest,
  epoch: number,
): (view: View, seed: Uint8Array) => boolean {
  const key = bls.parsePublicKey(groupKeyM);
  if (key === undefined) throw new RangeError("groupKeyM is not a point of G1");
  return (view, seed) => {
    const payload = new Writer(63).u8(tag.length).bytes(tag).hex(genesisDigest).u64(epoch).u64(view).finish();
    const signature = bls.parseSignature(seed);
    return signature !== undefined && bls.verify(payload, key, signature);
  };
}
