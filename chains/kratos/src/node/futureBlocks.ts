import type { Digest, Slot } from "@polis/codec";
import type { Block } from "../block/block.ts";
import type { PeerName } from "../wire/link.ts";

/** Blocks that are held, and how far ahead their slots may be. */
const MAX_BLOCKS = 32;
const MAX_SLOTS_AHEAD = 64;

/** A block before its slot, with who brought it. */
export interface FutureBlock {
  readonly block: Block;
  readonly hash: Digest;
  readonly from: PeerName;
}

/** Blocks whose slots have not begun by the local clock: held and tried again then (kratos-core V16). At most 32 MB. */
export class FutureBlocks {
  readonly #held = new Map<Digest, FutureBlock>();

  get size(): number {
    return this.#held.size;
  }

  /** Holds a block of a slot that is near. The furthest leaves when there is no room. */
  hold(future: FutureBlock, now: Slot): void {
    if (future.block.header.slot > now + MAX_SLOTS_AHEAD) return;
    this.#held.set(future.hash, future);
    if (this.#held.size <= MAX_BLOCKS) return;
    const furthest = [...this.#held.values()].reduce((a, b) => (b.block.header.slot >= a.block.header.slot ? b : a));
    this.#held.delete(furthest.hash);
  }

  /** Takes out the blocks whose slot has begun, by slot and hash. */
  takeDue(now: Slot): readonly FutureBlock[] {
    const due = [...this.#held.values()].filter(({ block }) => block.header.slot <= now);
    for (const { hash } of due) this.#held.delete(hash);
    return due.sort((a, b) => a.block.header.slot - b.block.header.slot || (a.hash < b.hash ? -1 : 1));
  }
}
