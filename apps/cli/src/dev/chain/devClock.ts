/** Where the next block's time comes from; all in whole Unix seconds. */
export interface DevClockState {
  /** Added to the real time. */
  readonly offsetS: number;
  /** The exact time of the next block. */
  readonly nextS: number | undefined;
  /** Each block is this much after its parent, whatever the real time is. */
  readonly intervalS: number | undefined;
}

/**
 * The time of a development chain: the real one, moved as tests wish. Blocks are at least one second apart, because tests
 * expect `block.timestamp` to grow.
 */
export class DevClock {
  readonly #nowS: () => number;
  #state: DevClockState = { offsetS: 0, nextS: undefined, intervalS: undefined };

  /** @param nowS real Unix seconds */
  constructor(nowS: () => number) {
    this.#nowS = nowS;
  }

  get state(): DevClockState {
    return this.#state;
  }

  /** Brings back an earlier state: what a snapshot kept. */
  restore(state: DevClockState): void {
    this.#state = state;
  }

  /** Chain time now. */
  nowS(): number {
    return this.#nowS() + this.#state.offsetS;
  }

  /** @returns all seconds that were added so far */
  increase(seconds: number): number {
    this.#state = { ...this.#state, offsetS: this.#state.offsetS + seconds };
    return this.#state.offsetS;
  }

  /** The next block has exactly this time, and time goes on from there. The caller has checked that it is late enough. */
  setNext(timestampS: number): void {
    this.#state = { ...this.#state, nextS: timestampS };
  }

  /** @param seconds between blocks from now on; undefined follows the real time again */
  setInterval(seconds: number | undefined): void {
    this.#state = { ...this.#state, intervalS: seconds };
  }

  /** Time that a block on a parent of this time would have if it were built now. */
  peek(parentS: number): number {
    const { nextS, intervalS } = this.#state;
    if (nextS === undefined && intervalS !== undefined) return parentS + Math.max(1, intervalS);
    return Math.max(parentS + 1, nextS ?? this.nowS());
  }

  /** Time of a block that is built now on a parent of this time; what was set for it is used up. */
  take(parentS: number): number {
    const { nextS } = this.#state;
    const taken = this.peek(parentS);
    // Time goes on from a block that is ahead of it, so that it never seems to stand still or to go back.
    const offsetS = nextS === undefined ? Math.max(this.#state.offsetS, taken - this.#nowS()) : taken - this.#nowS();
    this.#state = { ...this.#state, nextS: undefined, offsetS };
    return taken;
  }
}
