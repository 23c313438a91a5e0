import type { Certificate } from "@polis/crypto";
import { digestFlags, digestWords, head, type RingLayout, ringSlots, slot, slotAt, slotFlags } from "./layout.ts";
import { clearBit, countBits, loadWide, setBit, storeHash, storeWide } from "./words.ts";

/** What a ring starts with: where the chain stands on disk. */
export interface RingStart {
  readonly finalizedView: number;
  readonly finalizedHeight: number;
}

/** What the writer must know of the network. */
export interface RingNetwork {
  readonly layout: RingLayout;
  readonly f: number;
  /** With round-robin leaders a view's leader is known before the view begins. */
  readonly roundRobin: boolean;
}

/**
 * Messages for views further ahead than this leave the older view in its slot alone until their view begins, so that no
 * validator can wipe what is shown by voting far ahead; nearer ones are counted at once.
 */
export const earlyViews = 64;

/**
 * The consensus side of the visualizer's ring (kairos V2): plain atomic stores into shared memory, no allocation, and no
 * knowledge of who reads. Times are Unix milliseconds.
 */
export class RingWriter {
  readonly #words: Int32Array;
  readonly #network: RingNetwork;
  readonly #layout: RingLayout;
  /** The digests of each slot by reference, so that a vote is matched without taking its hash apart. */
  readonly #digests: (string | undefined)[];

  constructor(words: Int32Array, network: RingNetwork, start: RingStart) {
    this.#words = words;
    this.#network = network;
    this.#layout = network.layout;
    this.#digests = new Array<string | undefined>(ringSlots * network.layout.digestsMax).fill(undefined);
    this.#setHead(head.finalizedView, start.finalizedView);
    this.#setHead(head.finalizedHeight, start.finalizedHeight);
  }

  /** This replica entered a view: its slot is fresh, but for what came early. @param leader -1 when unknown */
  entered(view: number, leader: number, nowMs: number): void {
    const at = this.#open(view, true);
    if (at < 0) return;
    this.#begin(at);
    if (leader >= 0) Atomics.store(this.#words, at + slot.leader, leader);
    this.#stamp(at + slot.startedAt, nowMs);
    this.#end(at);
    if (view > loadWide(this.#words, head.currentView)) this.#setHead(head.currentView, view);
  }

  /** An authenticated proposal, of this validator or another. @param transactions -1 when unknown */
  proposed(view: number, digest: string, leader: number, height: number, transactions: number): void {
    const at = this.#open(view, false);
    if (at < 0) return;
    this.#begin(at);
    if (leader >= 0) Atomics.store(this.#words, at + slot.leader, leader);
    this.#describe(this.#digestIn(at, view, digest, true), digestFlags.proposed, height, transactions);
    this.#end(at);
  }

  /** A vote counts for its signer. @param digest undefined for a nullify */
  vote(view: number, digest: string | undefined, signer: number): void {
    const at = this.#open(view, false);
    if (at < 0) return;
    this.#begin(at);
    const bitmap = digest === undefined ? at + slot.words : this.#votersOf(at, view, digest);
    if (bitmap >= 0) setBit(this.#words, bitmap, signer);
    this.#end(at);
  }

  /** A counted vote counts no longer. */
  dropVote(view: number, digest: string | undefined, signer: number): void {
    const at = this.#held(view);
    if (at < 0) return;
    this.#begin(at);
    if (digest === undefined) clearBit(this.#words, at + slot.words, signer);
    else {
      const index = this.#indexOf(view, digest);
      if (index >= 0) clearBit(this.#words, this.#digestWord(at, index) + digestWords.words, signer);
    }
    this.#end(at);
  }

  /** A verified certificate; each view is counted once. An L-notarization is an M-notarization too. */
  certificate({ kind, view, digest, bitmap }: Certificate, nowMs: number): void {
    const at = this.#open(view, false);
    if (at < 0) return;
    const { n } = this.#layout;
    const quorum = kind === "finalization" ? n - this.#network.f : 2 * this.#network.f + 1;
    this.#begin(at);
    if (digest === undefined) {
      this.#addSigners(at + slot.words, bitmap);
      if (bitmap.length === 0) this.#raise(at + slot.nullifyFloor, quorum);
      this.#nullified(at, nowMs);
    } else {
      const flag = kind === "finalization" ? digestFlags.certified | digestFlags.final : digestFlags.certified;
      const word = this.#digestIn(at, view, digest, true);
      this.#describe(word, flag, 0, -1);
      this.#addSigners(word + digestWords.words, bitmap);
      if (bitmap.length === 0) this.#raise(word + digestWords.voteFloor, quorum);
      this.#notarized(at, nowMs);
      if (kind === "finalization") this.#final(at, nowMs);
    }
    this.#end(at);
  }

  /** A block becomes final, by a certificate of its own or, when not direct, by a later block's (kairos V6). */
  final(view: number, digest: string, height: number, direct: boolean, nowMs: number): void {
    const at = this.#open(view, false);
    if (at < 0) return;
    this.#begin(at);
    this.#describe(this.#digestIn(at, view, digest, true), digestFlags.certified | digestFlags.final, height, -1);
    this.#notarized(at, nowMs);
    if (!direct && loadWide(this.#words, at + slot.lNotarizedAt) === 0) this.#flag(at, slotFlags.finalAsAncestor);
    this.#final(at, nowMs);
    this.#end(at);
  }

  /** A final block is on disk: the finalized view and height move, and its size is known however it came here. */
  stored(view: number, digest: string, height: number, transactions: number): void {
    const at = this.#held(view);
    const index = at < 0 ? -1 : this.#indexOf(view, digest);
    if (index >= 0) {
      this.#begin(at);
      this.#describe(this.#digestWord(at, index), 0, height, transactions);
      this.#end(at);
    }
    if (view <= loadWide(this.#words, head.finalizedView)) return;
    // Height and view belong together: no reader may see one without the other.
    this.#begin(0);
    storeWide(this.#words, head.finalizedView, view);
    storeWide(this.#words, head.finalizedHeight, height);
    this.#end(0);
  }

  /** A view off the finalized chain; skipped with an M-notarization it is a cascade (kairos 4.9, V8). */
  passedOver(view: number, label: "nullified" | "skipped", nowMs: number): void {
    const at = this.#open(view, false);
    if (at < 0) return;
    this.#begin(at);
    // A certified block beyond the view proves its nullification (R9), even where that certificate never arrived.
    this.#nullified(at, nowMs);
    if (label === "skipped") {
      this.#notarized(at, nowMs);
      if ((Atomics.load(this.#words, at + slot.flags) & slotFlags.cascade) === 0) this.#count(head.cascades);
      this.#flag(at, slotFlags.cascade);
    }
    this.#end(at);
  }

  /** The slot of a view if it may be written, or -1. A slot with a lower view is made fresh; one with a higher stays. */
  #open(view: number, starts: boolean): number {
    const at = slotAt(this.#layout, view);
    const words = this.#words;
    if (Atomics.load(words, at + slot.used) === 1) {
      const held = loadWide(words, at + slot.view);
      if (held === view) return at;
      if (held > view) return -1;
    }
    const known = Math.max(loadWide(words, head.currentView), loadWide(words, head.finalizedView));
    if (!starts && view > known + earlyViews) return -1;
    this.#clear(at, view);
    return at;
  }

  /** The slot of a view if it is there, or -1. */
  #held(view: number): number {
    const at = slotAt(this.#layout, view);
    const here = Atomics.load(this.#words, at + slot.used) === 1 && loadWide(this.#words, at + slot.view) === view;
    return here ? at : -1;
  }

  #clear(at: number, view: number): void {
    const { slotStride, digestsMax, n } = this.#layout;
    this.#begin(at);
    for (let word = at + 1; word < at + slotStride; word++) Atomics.store(this.#words, word, 0);
    Atomics.store(this.#words, at + slot.used, 1);
    storeWide(this.#words, at + slot.view, view);
    Atomics.store(this.#words, at + slot.leader, this.#network.roundRobin ? view % n : -1);
    const first = (view % ringSlots) * digestsMax;
    for (let i = first; i < first + digestsMax; i++) this.#digests[i] = undefined;
    this.#end(at);
  }

  #indexOf(view: number, digest: string): number {
    const first = (view % ringSlots) * this.#layout.digestsMax;
    for (let i = 0; i < this.#layout.digestsMax; i++) if (this.#digests[first + i] === digest) return i;
    return -1;
  }

  #digestWord(at: number, index: number): number {
    return at + slot.words + this.#layout.bitmapWords + index * this.#layout.digestStride;
  }

  /** The words of a digest, made if there is room; a known block takes the place of one that only votes name. */
  #digestIn(at: number, view: number, digest: string, isBlock: boolean): number {
    const index = this.#indexOf(view, digest);
    if (index >= 0) return this.#digestWord(at, index);
    const { digestsMax, digestStride } = this.#layout;
    const used = Atomics.load(this.#words, at + slot.digests);
    const place = used < digestsMax ? used : isBlock ? this.#weakest(at) : -1;
    if (place < 0) return -1;
    if (place === used) Atomics.store(this.#words, at + slot.digests, used + 1);
    const word = this.#digestWord(at, place);
    for (let i = word; i < word + digestStride; i++) Atomics.store(this.#words, i, 0);
    this.#digests[(view % ringSlots) * digestsMax + place] = digest;
    Atomics.store(this.#words, word + digestWords.transactions, -1);
    storeHash(this.#words, word + digestWords.hash, digest);
    return word;
  }

  /** The digest to give up for a block: without final flag, then uncertified, then the one with the fewest votes. */
  #weakest(at: number): number {
    let best = 0;
    let least = Number.MAX_SAFE_INTEGER;
    for (let i = 0; i < this.#layout.digestsMax; i++) {
      const word = this.#digestWord(at, i);
      const votes = countBits(this.#words, word + digestWords.words, this.#layout.bitmapWords);
      const rank = Atomics.load(this.#words, word + digestWords.flags) * 4096 + votes;
      if (rank >= least) continue;
      least = rank;
      best = i;
    }
    return best;
  }

  #votersOf(at: number, view: number, digest: string): number {
    const word = this.#digestIn(at, view, digest, false);
    return word < 0 ? -1 : word + digestWords.words;
  }

  #describe(word: number, flags: number, height: number, transactions: number): void {
    const words = this.#words;
    Atomics.store(words, word + digestWords.flags, Atomics.load(words, word + digestWords.flags) | flags);
    if (height > 0) storeWide(words, word + digestWords.height, height);
    if (transactions >= 0) Atomics.store(words, word + digestWords.transactions, transactions);
  }

  #addSigners(at: number, bitmap: Uint8Array): void {
    const end = Math.min(bitmap.length * 8, this.#layout.n);
    for (let i = 0; i < end; i++) if (((bitmap[i >>> 3]! >>> (i & 7)) & 1) === 1) setBit(this.#words, at, i);
  }

  #notarized(at: number, nowMs: number): void {
    if (this.#stamp(at + slot.mNotarizedAt, nowMs)) this.#count(head.mNotarizations);
  }

  #final(at: number, nowMs: number): void {
    if (this.#stamp(at + slot.lNotarizedAt, nowMs)) this.#count(head.lNotarizations);
  }

  #nullified(at: number, nowMs: number): void {
    if (this.#stamp(at + slot.nullifiedAt, nowMs)) this.#count(head.nullifications);
  }

  /** Writes a time that is not known yet; false when it is. */
  #stamp(word: number, nowMs: number): boolean {
    if (loadWide(this.#words, word) !== 0) return false;
    storeWide(this.#words, word, nowMs);
    return true;
  }

  #raise(word: number, value: number): void {
    if (Atomics.load(this.#words, word) < value) Atomics.store(this.#words, word, value);
  }

  #flag(at: number, flag: number): void {
    Atomics.store(this.#words, at + slot.flags, Atomics.load(this.#words, at + slot.flags) | flag);
  }

  #count(word: number): void {
    this.#setHead(word, loadWide(this.#words, word) + 1);
  }

  #setHead(word: number, value: number): void {
    this.#begin(0);
    storeWide(this.#words, word, value);
    this.#end(0);
  }

  /** The sequence of the header or of a slot is its first word: odd from here to `#end`. */
  #begin(at: number): void {
    Atomics.add(this.#words, at, 1);
  }

  #end(at: number): void {
    Atomics.add(this.#words, at, 1);
  }
}
