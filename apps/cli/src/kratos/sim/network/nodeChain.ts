import { type Digest, encodeKce } from "@polis/codec";
import type { BlockRef, FinalityChain, HeaderLink, VoterSet } from "@polis/finality";
import { finality, kceHeader, readHeader } from "@polis/kratos";
import { releaseBlock, type SimBlock } from "../world/simChain.ts";
import { ancestorAt, type Forest, refOf } from "./forest.ts";

/** What one node knows of the forest: its blocks, its head by the fork choice of kratos-core 3.8, its last final block. */
export class NodeChain implements FinalityChain {
  readonly #forest: Forest;
  readonly #known = new Map<Digest, SimBlock>();
  /** Those whose states are not released yet. */
  readonly #whole = new Map<Digest, SimBlock>();
  #leaves = new Set<SimBlock>();
  head: SimBlock;
  finalized: SimBlock;

  constructor(forest: Forest, genesis: SimBlock) {
    this.#forest = forest;
    this.#known.set(genesis.hash, genesis);
    this.#leaves.add(genesis);
    this.head = genesis;
    this.finalized = genesis;
  }

  /** A block of this node, with its state. */
  get(hash: Digest): SimBlock | undefined {
    return this.#known.get(hash);
  }

  /** Adds a checked block whose parent is here. */
  add(block: SimBlock): void {
    if (this.#known.has(block.hash)) return;
    this.#known.set(block.hash, block);
    this.#whole.set(block.hash, block);
    this.#leaves.delete(block.parent!);
    this.#leaves.add(block);
    if (isBetter(block, this.head) && this.#contains(block, this.finalized)) this.head = block;
  }

  /** Marks a block final; branches without it are left for good. */
  finalize(hash: Digest): void {
    this.finalized = this.#known.get(hash)!;
    this.#leaves = new Set([...this.#leaves].filter((leaf) => this.#contains(leaf, this.finalized)));
    this.head = this.#best(this.finalized) ?? this.finalized;
  }

  /** Gives up the states of blocks below a height that all nodes have final. */
  release(below: number): void {
    for (const [hash, block] of this.#whole) {
      if (block.header.number >= below) continue;
      this.#whole.delete(hash);
      releaseBlock(block);
    }
  }

  block(hash: Digest): HeaderLink | undefined {
    const block = this.#known.get(hash);
    return block && { ...refOf(block), parentHash: block.header.parentHash };
  }

  bestContaining({ hash }: BlockRef): BlockRef | undefined {
    const block = this.#known.get(hash);
    if (block === undefined) return undefined;
    return refOf(this.#contains(this.head, block) ? this.head : (this.#best(block) ?? block));
  }

  /** A state forgets a set once finality beyond it is recorded: the last ancestor that knows it says where it ends. */
  cut(target: BlockRef, { id, base }: VoterSet): BlockRef {
    const block = this.#known.get(target.hash)!;
    let at: SimBlock | undefined = block;
    while (at !== undefined && at.header.number >= base.number) {
      const found = at.entries.get(finality).sets.find((set) => set.id === id);
      if (found !== undefined) {
        const last = found.handoff ?? (at === block ? target.number : at.header.number);
        return target.number <= last ? target : refOf(ancestorAt(at, last)!);
      }
      at = at.parent;
    }
    return target;
  }

  /** The block's own state says who votes behind it (KD12). */
  setAfter({ hash }: BlockRef, { id }: VoterSet): VoterSet | undefined {
    const block = this.#known.get(hash);
    if (block === undefined) return undefined;
    const head = this.#contains(this.head, block) ? this.head : (this.#best(block) ?? block);
    const next = this.#forest.setBehind(block, head);
    return next.id === id ? undefined : next;
  }

  header(hash: Digest): Uint8Array | undefined {
    const block = this.#known.get(hash);
    return block && encodeKce(kceHeader, block.header);
  }

  readHeader(bytes: Uint8Array): HeaderLink | undefined {
    return readHeader(bytes);
  }

  #best(above: SimBlock): SimBlock | undefined {
    let best: SimBlock | undefined;
    for (const leaf of this.#leaves) {
      if (this.#contains(leaf, above) && (best === undefined || isBetter(leaf, best))) best = leaf;
    }
    return best;
  }

  #contains(leaf: SimBlock, block: SimBlock): boolean {
    return ancestorAt(leaf, block.header.number) === block;
  }
}

/** Fork choice: height, then the lower slot, then the lower hash (kratos-core 3.8). */
function isBetter(a: SimBlock, b: SimBlock): boolean {
  if (a.header.number !== b.header.number) return a.header.number > b.header.number;
  if (a.header.slot !== b.header.slot) return a.header.slot < b.header.slot;
  return a.hash < b.hash;
}
