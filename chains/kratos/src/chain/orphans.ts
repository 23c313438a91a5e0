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
}

/** 1,000 blocks and 64 MB. */
export const orphanLimits: OrphanLimits = { blocks: 1_000, bytes: 64_000_000 };

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

  /** Keeps a block. False when lower ones fill the buffer. */
  add(hash: Digest, block: Block): boolean {
    if (this.has(hash)) return true;
    const bytes = encodeKce(kceBlock(this.#codec), block).length;
    this.#byHash.set(hash, { hash, block, bytes });
    this.#bytes += bytes;
    while (this.#byHash.size > this.#limits.blocks || this.#bytes > this.#limits.bytes) this.#drop(this.#highest());
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

  #highest(): Digest {
    const all = [...this.#byHash.values()];
    return all.reduce((best, next) => (isHigher(next, best) ? next : best)).hash;
  }

  #drop(hash: Digest): void {
    this.#bytes -= this.#byHash.get(hash)!.bytes;
    this.#byHash.delete(hash);
  }
}

function isHigher(a: Orphan, b: Orphan): boolean {
  const difference = a.block.header.number - b.block.header.number;
  return difference > 0 || (difference === 0 && a.hash > b.hash);
}
