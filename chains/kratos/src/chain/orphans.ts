import { type Digest, encodeKce, type Height } from "@polis/codec";
import { type Block, kceBlock } from "../block/block.ts";
import type { AccountId } from "../identifiers.ts";
import type { TransactionCodec } from "../transaction/transaction.ts";

/** A block whose parent is not here. */
export interface Orphan {
  readonly hash: Digest;
  readonly block: Block;
  readonly bytes: number;
}

/** Limits of kratos-core 12.11. */
export interface OrphanLimits {
  readonly blocks: number;
  readonly bytes: number;
  /** Of one author: nobody fills the buffer alone. */
  readonly blocksEach: number;
  readonly bytesEach: number;
}

/** 1,000 blocks and 64 MB, an eighth of it for each author. */
export const orphanLimits: OrphanLimits = {
  ...{ blocks: 1_000, bytes: 64_000_000, blocksEach: 125, bytesEach: 8_000_000 },
};

/** Blocks that wait for their parents, several of a height (kratos-core 12.11). The highest leave first when it is full. */
export class Orphans {
  readonly #codec: TransactionCodec;
  readonly #limits: OrphanLimits;
  readonly #byHash = new Map<Digest, Orphan>();
  #bytes = 0;

  constructor(codec: TransactionCodec, limits: OrphanLimits = orphanLimits) {
    this.#codec = codec;
    this.#limits = limits;
  }

  get size(): number {
    return this.#byHash.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  has(hash: Digest): boolean {
    return this.#byHash.has(hash);
  }

  /** Keeps a block. False when lower ones fill the buffer, or its author's part of it. */
  add(hash: Digest, block: Block): boolean {
    if (this.has(hash)) return true;
    const { blocks, bytes, blocksEach, bytesEach } = this.#limits;
    const orphan = { hash, block, bytes: encodeKce(kceBlock(this.#codec), block).length };
    this.#byHash.set(hash, orphan);
    this.#bytes += orphan.bytes;
    for (let own = this.#of(block); isMore(own, blocksEach, bytesEach); own = this.#of(block)) this.#drop(highest(own));
    while (this.#byHash.size > blocks || this.#bytes > bytes) this.#drop(highest([...this.#byHash.values()]));
    return this.has(hash);
  }

  /** True when a block of somebody else waits for this one. */
  isBuiltOn(parent: Digest, author: AccountId): boolean {
    return [...this.#byHash.values()].some(
      ({ block: { header } }) => header.parentHash === parent && header.author !== author,
    );
  }

  /** Takes out the blocks that wait for this parent, in a fixed order. */
  takeChildren(parent: Digest): readonly Orphan[] {
    const found = [...this.#byHash.values()].filter(({ block }) => block.header.parentHash === parent);
    for (const { hash } of found) this.#drop(hash);
    return found.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  }

  /** Forgets what cannot be adopted any more. */
  prune(upTo: Height): void {
    for (const { hash, block } of [...this.#byHash.values()]) if (block.header.number <= upTo) this.#drop(hash);
  }

  /** The first ancestor of a block that is not buffered: what to ask for. */
  missingAncestor(of: Digest): Digest {
    let at = of;
    for (let seen = 0; seen <= this.#byHash.size; seen++) {
      const orphan = this.#byHash.get(at);
      if (orphan === undefined) return at;
      at = orphan.block.header.parentHash;
    }
    return at;
  }

  #of({ header: { author } }: Block): readonly Orphan[] {
    return [...this.#byHash.values()].filter(({ block }) => block.header.author === author);
  }

  #drop(hash: Digest): void {
    this.#bytes -= this.#byHash.get(hash)!.bytes;
    this.#byHash.delete(hash);
  }
}

function isMore(orphans: readonly Orphan[], blocks: number, bytes: number): boolean {
  return orphans.length > blocks || orphans.reduce((sum, orphan) => sum + orphan.bytes, 0) > bytes;
}

function highest(orphans: readonly Orphan[]): Digest {
  return orphans.reduce((best, next) => (isHigher(next, best) ? next : best)).hash;
}

function isHigher(a: Orphan, b: Orphan): boolean {
  const difference = a.block.header.number - b.block.header.number;
  return difference > 0 || (difference === 0 && a.hash > b.hash);
}
