import { type Millis, millis } from "@polis/codec";

/** Gaps above are downloaded at once (kratos-core 12.11). */
const START_GAP = 10;
/** A smaller one is, when gossip does not close it in this time. */
const SETTLE_MS = 5_000;

/** Decides whether blocks are downloaded, by how many are missing. */
export class GapWatch {
  #seen: { readonly at: Millis; readonly head: number } | undefined;
  #isDownloading = false;

  /** True from the start of a download until nothing is missing. */
  get isDownloading(): boolean {
    return this.#isDownloading;
  }

  /** @param gap blocks that peers proved and this node has not */
  update(now: Millis, head: number, gap: number): void {
    if (gap <= 0) {
      this.#isDownloading = false;
      this.#seen = undefined;
      return;
    }
    if (this.#seen?.head !== head) this.#seen = { at: now, head };
    this.#isDownloading ||= head === 0 || gap > START_GAP || now - this.#seen.at >= SETTLE_MS;
  }

  /** When a small gap has lasted too long. */
  get settlesAt(): Millis | undefined {
    return this.#seen === undefined || this.#isDownloading ? undefined : millis(this.#seen.at + SETTLE_MS);
  }
}
