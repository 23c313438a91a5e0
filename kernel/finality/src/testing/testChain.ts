import { type Digest, digestOf, epoch, height, readU64Number, writeU64 } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import type { FinalityChain, HeaderLink } from "../seam/chain.ts";
import type { BlockRef, VoterSet } from "../seam/types.ts";

/** A block of a tree: number, parent and a salt, hashed. */
export function makeHeader(number: number, parent: Digest, salt: number): Uint8Array {
  const bytes = new Uint8Array(48);
  writeU64(bytes, 0, number);
  bytes.set(Uint8Array.fromHex(parent), 8);
  writeU64(bytes, 40, salt);
  return bytes;
}

/** Reads such a header. */
export function readHeader(bytes: Uint8Array): HeaderLink | undefined {
  if (bytes.length !== 48) return undefined;
  const number = readU64Number(bytes, 0);
  if (number === undefined) return undefined;
  return { number: height(number), hash: digestOf(blake3(bytes)), parentHash: digestOf(bytes.subarray(8, 40)) };
}

const noBlock = digestOf(new Uint8Array(32));

/** Genesis of all test chains. */
export const genesis: BlockRef = link(makeHeader(0, noBlock, 0));

function link(header: Uint8Array): HeaderLink {
  return readHeader(header)!;
}

/** One node's view of a tree of blocks. Sets hand over at every `setLength`-th block, when that is given. */
export class TestChain implements FinalityChain {
  readonly #headers = new Map<Digest, Uint8Array>([[genesis.hash, makeHeader(0, noBlock, 0)]]);
  readonly #setLength: number | undefined;

  constructor(setLength?: number) {
    this.#setLength = setLength;
  }

  /** Imports a header whose parent is here; false when it is not. */
  add(header: Uint8Array): boolean {
    const { hash, parentHash } = link(header);
    if (!this.#headers.has(parentHash)) return false;
    this.#headers.set(hash, header);
    return true;
  }

  /** Forgets the branches that a final block ended, as a node does. */
  prune(final: BlockRef): void {
    for (const [hash, header] of [...this.#headers]) {
      const block = link(header);
      const [high, low] = block.number > final.number ? [block, final] : [final, block];
      if (this.#ancestor(high, low.number)?.hash !== low.hash) this.#headers.delete(hash);
    }
  }

  block(hash: Digest): HeaderLink | undefined {
    const header = this.#headers.get(hash);
    return header && link(header);
  }

  /** The highest block above `block`, ties by the lower hash (kratos-core 3.8). */
  bestContaining(block: BlockRef): BlockRef | undefined {
    let best: BlockRef | undefined = this.block(block.hash);
    for (const header of this.#headers.values()) {
      const tip = link(header);
      if (best === undefined || tip.number < best.number) continue;
      if (tip.number === best.number && tip.hash >= best.hash) continue;
      if (this.#ancestor(tip, block.number)?.hash === block.hash) best = { number: tip.number, hash: tip.hash };
    }
    return best && { number: best.number, hash: best.hash };
  }

  cut(target: BlockRef, set: VoterSet): BlockRef {
    if (this.#setLength === undefined) return target;
    const last = (set.id + 1) * this.#setLength;
    return target.number <= last ? target : this.#ancestor(target, last)!;
  }

  setAfter(block: BlockRef, set: VoterSet): VoterSet | undefined {
    if (this.#setLength === undefined || block.number !== (set.id + 1) * this.#setLength) return undefined;
    return { id: epoch(set.id + 1), voters: set.voters, base: block };
  }

  header(hash: Digest): Uint8Array | undefined {
    return this.#headers.get(hash);
  }

  readHeader(bytes: Uint8Array): HeaderLink | undefined {
    return readHeader(bytes);
  }

  #ancestor(block: BlockRef, number: number): BlockRef | undefined {
    let at: BlockRef | undefined = block;
    while (at !== undefined && at.number > number) {
      const here = this.block(at.hash);
      const parent: HeaderLink | undefined = here && this.block(here.parentHash);
      at = parent && { number: parent.number, hash: parent.hash };
    }
    return at?.number === number ? at : undefined;
  }
}
