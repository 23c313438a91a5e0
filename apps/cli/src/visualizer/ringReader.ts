import { digestFlags, digestWords, head, type RingLayout, ringSlots, slot, slotFlags } from "./layout.ts";
import type { DigestSnapshot, TotalsSnapshot, ViewSnapshot } from "./snapshot.ts";
import { countBits, loadHash, loadWide } from "./words.ts";

/** Reads that a busy writer disturbed are tried again so often; then the slot keeps what was read before. */
const maxTries = 64;

/** The other side of the ring: reads slots in whole states, from any thread, without ever making the writer wait. */
export class RingReader {
  readonly #words: Int32Array;
  readonly #layout: RingLayout;
  readonly #sequences = new Int32Array(ringSlots).fill(-1);
  readonly #views = new Array<ViewSnapshot | undefined>(ringSlots).fill(undefined);
  #totals: TotalsSnapshot;

  constructor(words: Int32Array, layout: RingLayout) {
    this.#words = words;
    this.#layout = layout;
    this.#totals = this.#readTotals();
  }

  /** The header now. */
  totals(): TotalsSnapshot {
    this.#totals = this.#stable(0, () => this.#readTotals()) ?? this.#totals;
    return this.#totals;
  }

  /** The 256 slots now, undefined where none has been used; a slot that did not change is the same object as before. */
  slots(): readonly (ViewSnapshot | undefined)[] {
    for (let i = 0; i < ringSlots; i++) {
      const at = head.words + i * this.#layout.slotStride;
      const sequence = Atomics.load(this.#words, at);
      if (sequence === this.#sequences[i] || Atomics.load(this.#words, at + slot.used) === 0) continue;
      const seen = this.#stable(at, () => this.#readSlot(at));
      if (seen === undefined) continue;
      // A write after the first look makes the sequences differ, so that the next look reads again.
      this.#sequences[i] = sequence;
      this.#views[i] = seen;
    }
    return [...this.#views];
  }

  /** What `read` returns when no write happened meanwhile; undefined when the writer never rested. */
  #stable<T>(at: number, read: () => T): T | undefined {
    for (let tries = 0; tries < maxTries; tries++) {
      const before = Atomics.load(this.#words, at);
      if ((before & 1) === 1) continue;
      const seen = read();
      if (Atomics.load(this.#words, at) === before) return seen;
    }
    return undefined;
  }

  #readTotals(): TotalsSnapshot {
    const words = this.#words;
    return {
      currentView: loadWide(words, head.currentView),
      finalizedView: loadWide(words, head.finalizedView),
      finalizedHeight: loadWide(words, head.finalizedHeight),
      mNotarizations: loadWide(words, head.mNotarizations),
      lNotarizations: loadWide(words, head.lNotarizations),
      nullifications: loadWide(words, head.nullifications),
      cascades: loadWide(words, head.cascades),
    };
  }

  #readSlot(at: number): ViewSnapshot {
    const words = this.#words;
    const { bitmapWords } = this.#layout;
    const flags = Atomics.load(words, at + slot.flags);
    const counted = countBits(words, at + slot.words, bitmapWords);
    return {
      view: loadWide(words, at + slot.view),
      leader: Atomics.load(words, at + slot.leader),
      nullifies: Math.max(counted, Atomics.load(words, at + slot.nullifyFloor)),
      startedAt: loadWide(words, at + slot.startedAt),
      mNotarizedAt: loadWide(words, at + slot.mNotarizedAt),
      lNotarizedAt: loadWide(words, at + slot.lNotarizedAt),
      nullifiedAt: loadWide(words, at + slot.nullifiedAt),
      finalAsAncestor: (flags & slotFlags.finalAsAncestor) !== 0,
      cascade: (flags & slotFlags.cascade) !== 0,
      digests: this.#readDigests(at),
    };
  }

  #readDigests(at: number): readonly DigestSnapshot[] {
    const { bitmapWords, digestStride, digestsMax } = this.#layout;
    const found: { readonly rank: number; readonly digest: DigestSnapshot }[] = [];
    const used = Math.min(digestsMax, Atomics.load(this.#words, at + slot.digests));
    for (let i = 0; i < used; i++) {
      const word = at + slot.words + bitmapWords + i * digestStride;
      const flags = Atomics.load(this.#words, word + digestWords.flags);
      const digest = this.#readDigest(word, flags);
      // A digest whose only vote was taken back is no digest of the view any more.
      if (digest.votes === 0 && flags === 0) continue;
      const certainty = flags & (digestFlags.final | digestFlags.certified);
      found.push({ rank: certainty * 65_536 + digest.votes, digest });
    }
    return found.sort((a, b) => b.rank - a.rank).map(({ digest }) => digest);
  }

  #readDigest(word: number, flags: number): DigestSnapshot {
    const words = this.#words;
    const counted = countBits(words, word + digestWords.words, this.#layout.bitmapWords);
    const transactions = Atomics.load(words, word + digestWords.transactions);
    return {
      hash: loadHash(words, word + digestWords.hash),
      votes: Math.max(counted, Atomics.load(words, word + digestWords.voteFloor)),
      isBlock: flags !== 0,
      isProposed: transactions >= 0 || (flags & digestFlags.proposed) !== 0,
      transactions: Math.max(0, transactions),
      height: loadWide(words, word + digestWords.height),
    };
  }
}
