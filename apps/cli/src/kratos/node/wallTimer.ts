import type { Millis } from "@polis/codec";

/** Longest delay that the platform takes in one piece; a timer that comes early is no harm. */
const MAX_DELAY_MS = 2_147_483_647;

/** One timer of wall time; a later one replaces it. Slots are wall time (kratos-core 1.2). */
export class WallTimer {
  readonly #fire: () => void;
  #handle: NodeJS.Timeout | undefined;

  constructor(fire: () => void) {
    this.#fire = fire;
  }

  set(at: Millis): void {
    clearTimeout(this.#handle);
    const delay = Math.min(Math.max(at - Date.now(), 0), MAX_DELAY_MS);
    this.#handle = setTimeout(this.#fire, delay);
  }

  close(): void {
    clearTimeout(this.#handle);
  }
}
