import type { Digest } from "@polis/codec";
import type { PeerName } from "../wire/link.ts";

/** Blocks that are wanted by hash at most; more are dropped, and asked for again by what names them next. */
const MAX_WANTS = 64;
/** Peers that are asked for one block. */
export const MAX_TRIES = 3;

/** A block of a peer names this one as its parent. */
export interface NamedParent {
  /** Number of the block that names it. */
  readonly child: number;
  /** What was final at the peer before it sent that block, as far as it had said. */
  readonly final: Digest | undefined;
}

/** A block that is asked for by its hash. */
export interface Want {
  readonly hash: Digest;
  /** Who named it. */
  readonly peer: PeerName;
  /** What its sender owes; undefined when only a vote names it, which obliges to nothing. */
  readonly promise: NamedParent | undefined;
  /** Peers that were asked. */
  readonly asked: readonly PeerName[];
  readonly isOpen: boolean;
}

/** Blocks that are wanted by hash: missing ancestors, and targets of votes (kratos-core 12.11). */
export class Wants {
  readonly #wants = new Map<Digest, Want>();

  get size(): number {
    return this.#wants.size;
  }

  get(hash: Digest): Want | undefined {
    return this.#wants.get(hash);
  }

  /** Remembers a wish; one that is there already stays as it is. */
  add(hash: Digest, peer: PeerName, promise: NamedParent | undefined): void {
    if (this.#wants.has(hash) || this.#wants.size >= MAX_WANTS) return;
    this.#wants.set(hash, { hash, peer, promise, asked: [], isOpen: false });
  }

  /** The oldest wish that nobody is being asked for. */
  next(): Want | undefined {
    return [...this.#wants.values()].find(({ isOpen }) => !isOpen);
  }

  ask(want: Want, peer: PeerName): void {
    this.#wants.set(want.hash, { ...want, asked: [...want.asked, peer], isOpen: true });
  }

  /** It was not delivered: another peer is asked, if there were not too many. */
  again(want: Want): void {
    this.#wants.delete(want.hash);
    if (want.asked.length < MAX_TRIES) this.#wants.set(want.hash, { ...want, isOpen: false });
  }

  /** What a peer named before its connection ended obliges it to nothing. */
  forgive(peer: PeerName): void {
    for (const want of this.#wants.values())
      if (want.peer === peer) this.#wants.set(want.hash, { ...want, promise: undefined });
  }

  drop(hash: Digest): void {
    this.#wants.delete(hash);
  }
}
