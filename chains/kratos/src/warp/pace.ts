import { type Millis, millis } from "@polis/codec";

/** A window of time, and the bytes of proven answers that it must bring, unless the warp ends within it. */
export const WINDOW_MS = 60_000;
/** Eight kilobytes a second: a source may be slow, and may not make a warp last for ever with chunks of one entry. */
const WINDOW_BYTES = 500_000;

/** Watches whether a warp gets on. */
export class Pace {
  #endsAt: Millis = millis(0);
  #bytes = 0;

  /** When to look again. */
  get endsAt(): Millis {
    return this.#endsAt;
  }

  /** A window begins. */
  begin(now: Millis): void {
    this.#endsAt = millis(now + WINDOW_MS);
    this.#bytes = 0;
  }

  /** So many bytes came and are right. */
  came(bytes: number): void {
    this.#bytes += bytes;
  }

  /** True once when a window has ended with too little; one that brought enough is followed by the next. */
  isTooSlow(now: Millis): boolean {
    // A clock that was set back begins the window anew.
    if (this.#endsAt - now > WINDOW_MS) this.begin(now);
    if (now < this.#endsAt) return false;
    const isSlow = this.#bytes < WINDOW_BYTES;
    this.begin(now);
    return isSlow;
  }
}
