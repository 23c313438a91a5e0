import type { Digest } from "@polis/codec";
import { decodeBlock, type Genesis, type KairosReader } from "@polis/kairos";
import type { UnsettledBlock } from "./protocol.ts";

/** Blocks that may be sent along, and their bytes: more are never unfinalized in a network that works. */
const maxBlocks = 8;
const maxBytes = 16 * 1024 * 1024;
/** Blocks whose place is remembered, so that many calls on one block read it once. */
const maxRemembered = 32;

interface Place {
  readonly leader: number;
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

  function placeOf(digest: Digest, block: Uint8Array): Place | undefined {
    const known = places.get(digest);
    if (known !== undefined) return known;
    const decoded = decodeBlock(block, reader.params);
    if (!decoded.ok) return undefined;
    const { beneficiary, parentHash } = decoded.value.header;
    const leader = genesis.validators.findIndex(({ feeAddress }) => feeAddress === beneficiary);
    if (leader < 0) return undefined;
    if (places.size >= maxRemembered) places.delete(places.keys().next().value!);
    const place = { leader, parent: parentHash };
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
      const block = reader.blockByDigest(at);
      const place = block === undefined ? undefined : placeOf(at, block);
      if (block === undefined || place === undefined || blocks.length === maxBlocks) return undefined;
      bytes += block.length;
      if (bytes > maxBytes) return undefined;
      blocks.push({ digest: at, block, leader: place.leader });
      at = place.parent;
    }
  };
}
