/** Entries that may wait for the disk at once: one that takes so long is as good as broken. */
const MAX_WAITING = 100_000;

/** What waits: an effect, or work of somebody else. */
type Entry<Effect> =
  | { readonly effect: Effect }
  | { readonly work: () => void; readonly cancel: (error: unknown) => void };

/**
 * Carries out effects one after the other, in the order in which the steps of a machine gave them. An effect that returns a
 * promise is a barrier: what follows, of later steps too, waits until it resolves (kratos-core 3.8: durable before sent).
 */
export class EffectQueue<Effect> {
  readonly #carry: (effect: Effect) => Promise<void> | undefined;
  readonly #fail: (error: unknown) => void;
  #waiting: Entry<Effect>[] = [];
  #next = 0;
  #isBusy = false;
  #isClosed = false;

  /**
   * @param carry carries out one effect
   * @param fail told once when an effect throws or its promise rejects; nothing is carried out afterwards
   */
  constructor(carry: (effect: Effect) => Promise<void> | undefined, fail: (error: unknown) => void) {
    this.#carry = carry;
    this.#fail = fail;
  }

  /** Entries that wait. */
  get length(): number {
    return this.#waiting.length - this.#next;
  }

  push(effects: readonly Effect[]): void {
    if (this.#isClosed) return;
    for (const effect of effects) this.#waiting.push({ effect });
    if (this.length > MAX_WAITING) this.#end(new Error(`${this.length} effects of the node wait for the disk`));
    this.#drain();
  }

  /** Runs work after everything that is here now, and gives what it returns; rejects when it throws or the queue ends. */
  run<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#isClosed) {
        reject(new Error("the node is stopping"));
        return;
      }
      const settle = (): void => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.push({ work: settle, cancel: reject });
      this.#drain();
    });
  }

  /** Takes nothing more; resolves when what waits is done, also when that fails. */
  async close(): Promise<void> {
    await this.run(() => undefined).catch(() => undefined);
    this.#isClosed = true;
  }

  #drain(): void {
    if (this.#isBusy || this.#isClosed) return;
    this.#isBusy = true;
    try {
      while (this.#next < this.#waiting.length) {
        const entry = this.#waiting[this.#next++]!;
        if ("work" in entry) entry.work();
        else {
          const barrier = this.#carry(entry.effect);
          if (barrier === undefined) continue;
          barrier.then(
            () => this.#goOn(),
            (error: unknown) => this.#end(error),
          );
          return;
        }
      }
      this.#waiting = [];
      this.#next = 0;
      this.#isBusy = false;
    } catch (error) {
      this.#end(error);
    }
  }

  #goOn(): void {
    this.#waiting = this.#waiting.slice(this.#next);
    this.#next = 0;
    this.#isBusy = false;
    this.#drain();
  }

  #end(error: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const rest = this.#waiting.slice(this.#next);
    this.#waiting = [];
    this.#next = 0;
    for (const entry of rest) if ("work" in entry) entry.cancel(error);
    this.#fail(error);
  }
}
