/** Views over which participation is counted (kairos 19.1). */
const span = 100;

/**
 * Who took part in the last 100 views that this node was in, in fixed memory. A vote counts when its signer's own link
 * brought it, also after the view had ended: otherwise the slowest correct validator would look absent.
 */
export class Participation {
  readonly #n: number;
  readonly #heard: Uint8Array;
  /** The view of each place; -1 for none. */
  readonly #views = new Float64Array(span).fill(-1);
  #view = -1;

  /** @param n number of validators */
  constructor(n: number) {
    this.#n = n;
    this.#heard = new Uint8Array(span * n);
  }

  /** A view begins. Views only rise. */
  enter(view: number): void {
    const place = view % span;
    this.#view = view;
    if (this.#views[place] === view) return;
    this.#views[place] = view;
    this.#heard.fill(0, place * this.#n, (place + 1) * this.#n);
  }

  /** A validator's message of a view. Views that this node has not been in, or has forgotten, are left out. */
  hear(validator: number, view: number): void {
    const place = view % span;
    if (this.#views[place] === view && validator < this.#n) this.#heard[place * this.#n + validator] = 1;
  }

  /** @returns 0 to 1 by validator; undefined before the first view has ended. The current view does not count yet. */
  ratios(): readonly number[] | undefined {
    const counts = new Array<number>(this.#n).fill(0);
    let views = 0;
    for (let place = 0; place < span; place++) {
      const view = this.#views[place]!;
      if (view < 0 || view === this.#view || view <= this.#view - span) continue;
      views++;
      for (let i = 0; i < this.#n; i++) counts[i]! += this.#heard[place * this.#n + i]!;
    }
    return views === 0 ? undefined : counts.map((count) => count / views);
  }
}
