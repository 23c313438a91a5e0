import { type Digest, digestOf, type View, Writer } from "@polis/codec";
import { kairosTags, keccak256, tagBytes } from "@polis/crypto";

const tag = tagBytes(kairosTags.randao);

/**
 * mixHash of a block (kairos K19). With `randomness = "hash"` it is keccak(tag, parentHash, view): predictable and
 * influenced by the proposer. With a seed it is keccak(tag, seed(v-1)) and does not depend on the chosen parent.
 * @param prevSeed 96 bytes of seed(v-1), or undefined with `randomness = "hash"`
 */
export function prevRandao(parentHash: Digest, ownView: View, prevSeed: Uint8Array | undefined): Digest {
  const writer = new Writer(tag.length + (prevSeed === undefined ? 40 : prevSeed.length)).bytes(tag);
  if (prevSeed === undefined) writer.hex(parentHash).u64(ownView);
  else writer.bytes(prevSeed);
  return digestOf(keccak256(writer.finish()));
}
