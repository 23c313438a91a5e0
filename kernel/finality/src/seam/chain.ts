import type { Digest } from "@polis/codec";
import type { BlockRef, VoterSet } from "./types.ts";

/** What a header says of its place in the chain. */
export interface HeaderLink extends BlockRef {
  readonly parentHash: Digest;
}

/**
 * What the gadget reads of a chain: imported blocks, and what their states say of voters. Synchronous, and the same answer
 * between two steps.
 */
export interface FinalityChain {
  /** Undefined for a block that is not imported. */
  block(hash: Digest): HeaderLink | undefined;
  /**
   * The ancestor of an imported block at a lower number; undefined when it is not known. A chain with an index of what is final
   * answers at once where walking down the parents would read a header for each block since the set began.
   */
  ancestor?(block: BlockRef, number: number): BlockRef | undefined;
  /** The head of the best chain that contains `block`; undefined when the block is not known. */
  bestContaining(block: BlockRef): BlockRef | undefined;
  /**
   * `target`, or the block of its chain at which the set hands over, when the target lies beyond (kratos-core 7.2).
   * Only called for known targets.
   */
  cut(target: BlockRef, set: VoterSet): BlockRef;
  /** The set that begins behind this block; undefined when it is no handoff block of `set`. */
  setAfter(block: BlockRef, set: VoterSet): VoterSet | undefined;
  /** The encoded header, for the ancestry of a justification; undefined when the block is not known. */
  header(hash: Digest): Uint8Array | undefined;
  /** Reads a header that a peer sent; undefined when it is malformed. Must compute the hash itself. */
  readHeader(bytes: Uint8Array): HeaderLink | undefined;
}
