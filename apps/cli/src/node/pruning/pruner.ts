import { setTimeout as delay } from "node:timers/promises";
import { type PruningContext, pruningPiece } from "./pruningPiece.ts";

/** What a pruner needs beside the chain. */
export interface PrunerOptions extends PruningContext {
  readonly fail: (error: unknown) => void;
  /** Between two pieces; default: 10 ms, so that votes and blocks never wait for more than one piece. */
  readonly pause?: () => Promise<void>;
}

const PAUSE_MS = 10;

/**
 * Drops old blocks in the background (kairos 6.4), one small piece after the other: never in the step that finalizes, and
 * with pauses, so that a node that is switched to `pruned` with a long past works on as it goes.
 */
export class Pruner {
  readonly #options: PrunerOptions;
  readonly #pause: () => Promise<void>;
  #isRunning = false;
  #run: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: PrunerOptions) {
    this.#options = options;
    this.#pause = options.pause ?? (() => delay(PAUSE_MS, undefined, { ref: false }));
  }

  /** Blocks have become final and are on disk, or the node has started: there may be something to drop. */
  kick(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#run = this.#dropAll().catch(this.#options.fail);
  }

  /** Resolves when nothing is left to drop for now. */
  async idle(): Promise<void> {
    await this.#run;
  }

  /** No piece begins after this; the storage waits for the one that is being written. */
  stop(): void {
    this.#stopped = true;
  }

  async #dropAll(): Promise<void> {
    try {
      while (!this.#stopped) {
        const rows = pruningPiece(this.#options);
        if (rows.length === 0) return;
        await this.#options.store.commit(rows);
        await this.#pause();
      }
    } finally {
      this.#isRunning = false;
    }
  }
}
