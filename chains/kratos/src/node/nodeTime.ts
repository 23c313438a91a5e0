import { type Millis, millis } from "@polis/codec";

/** Backward steps of a clock that are only its correction, in milliseconds. */
const CORRECTION_MS = 1_000;

/**
 * The two times of a node: wall time, by which slots go, and a time that never goes back, by which it waits. A clock that is
 * set back must not make a voter wait for an hour.
 */
export class NodeTime {
  #wall: Millis = millis(0);
  #steady: Millis = millis(0);
  #jumped = false;

  /** Unix time in milliseconds. */
  get wall(): Millis {
    return this.#wall;
  }

  /** Milliseconds since an arbitrary moment; never goes back. */
  get steady(): Millis {
    return this.#steady;
  }

  /** True in the step in which wall time went back, or came much later than `expected`. */
  get jumped(): boolean {
    return this.#jumped;
  }

  /** Takes the time of a step. @param expected when a timer should have fired, in wall time @param toleranceMs lateness of a busy machine */
  advance(now: Millis, expected: Millis | undefined, toleranceMs: number): void {
    const isFirst = this.#steady === 0;
    const isLate = expected !== undefined && now - expected > toleranceMs;
    this.#jumped = !isFirst && (isLate || now + CORRECTION_MS < this.#wall);
    this.#steady = millis(isFirst ? now : this.#steady + Math.max(0, now - this.#wall));
    this.#wall = now;
  }

  /** Wall time of a moment of the steady time. */
  toWall(steady: Millis): Millis {
    return millis(Math.max(0, this.#wall + steady - this.#steady));
  }

  /** Steady time of a moment of wall time. */
  toSteady(wall: Millis): Millis {
    return millis(Math.max(0, this.#steady + wall - this.#wall));
  }
}
