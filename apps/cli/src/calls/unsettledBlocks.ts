import type { Digest } from "@polis/codec";
import { decodeBlock, type Genesis, type KairosReader } from "@polis/kairos";
import type { UnsettledBlock } from "./protocol.ts";

/** Blocks that may be sent along, and their bytes: more are never unfinalized in a network that works. */
const maxBlocks = 8;
const maxBytes = 16 * 1024 * 1024;
/** Blocks whose place is remembered, so that many calls on one block read it once. */
const maxRemembered = 32;

interface Place extends UnsettledBlock {
  readonly parent: Digest;
}

/**
 * Finds the blocks that lead from the last one that is surely on disk up to a wanted one.
 * @returns a function of the height that is surely on disk, and of the wanted block: the blocks with ancestors first, none
 * for one that is on disk, undefined when there are too many or one is not known
 */
export function createUnsettledBlocks(
  reader: KairosReader,
  genesis: Genesis,
): (settledHeight: number, wanted: Digest) => readonly UnsettledBlock[] | undefined {
  const places = new Map<Digest, Place>();

  function placeOf(digest: Digest): Place | undefined {
    const known = places.get(digest);
    if (known !== undefined) return known;
    const block = reader.blockByDigest(digest);
    const decoded = block === undefined ? undefined : decodeBlock(block, reader.params);
    if (block === undefined || decoded?.ok !== true) return undefined;
    const { beneficiary, parentHash } = decoded.value.header;
    const leader = genesis.validators.findIndex(({ feeAddress }) => feeAddress === beneficiary);
    if (leader < 0) return undefined;
    if (places.size >= maxRemembered) places.delete(places.keys().next().value!);
    // A copy: what is sent to a thread takes the whole buffer along in which a view lies, such as a frame or a slab.
    const place = { digest, block: block.slice(), leader, parent: parentHash };
    places.set(digest, place);
    return place;
  }

  return (settledHeight, wanted) => {
    const blocks: UnsettledBlock[] = [];
    let at = wanted;
    let bytes = 0;
    for (;;) {
      const final = reader.heightOf(at);
      if (final !== undefined && final <= settledHeight) return blocks.reverse();
      const place = placeOf(at);
      if (place === undefined || blocks.length === maxBlocks) return undefined;
      bytes += place.block.length;
      if (bytes > maxBytes) return undefined;
      blocks.push(place);
      at = place.parent;
    }
  };
}
