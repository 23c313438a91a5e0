import { callError } from "../callError.ts";

/** Events that wait for one subscriber at most (kairos G6). */
export const maxWaitingEvents = 1_024;

/** Where the height goes that a subscriber got last, so that it can go on there. */
export const lastHeightHeader = "kairos-last-height";

/**
 * The buffer of one subscriber. A full one is never thinned out: its stream ends with RESOURCE_EXHAUSTED (G6).
 */
export class EventQueue<T> {
  #items: T[] = [];
  #overflowed = false;
  #wake: (() => void) | undefined;
  /** The height that was delivered last, set by the stream. */
  lastHeight: number | undefined;

  push(item: T): void {
    if (this.#overflowed) return;
    if (this.#items.length >= maxWaitingEvents) {
      this.#overflowed = true;
      this.#items = [];
    } else this.#items.push(item);
    this.#wake?.();
  }

  /**
   * All events from now on. Ends only by throwing: the signal's reason, or RESOURCE_EXHAUSTED.
   */
  async *events(signal: AbortSignal): AsyncGenerator<T> {
    const onAbort = () => this.#wake?.();
    signal.addEventListener("abort", onAbort);
    try {
      for (;;) {
        signal.throwIfAborted();
        if (this.#overflowed) throw tooSlow(this.lastHeight);
        const ready = this.#items;
        this.#items = [];
        // The events that are being delivered count as waiting no more; what comes meanwhile does.
        for (const item of ready) {
          signal.throwIfAborted();
          if (this.#overflowed) throw tooSlow(this.lastHeight);
          yield item;
        }
        if (this.#items.length === 0 && !this.#overflowed && !signal.aborted) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
        }
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}

function tooSlow(lastHeight: number | undefined) {
  const metadata = lastHeight === undefined ? {} : { last_height: `${lastHeight}` };
  const headers = lastHeight === undefined ? {} : { [lastHeightHeader]: `${lastHeight}` };
  return callError("LIMIT_EXCEEDED", `the subscriber is more than ${maxWaitingEvents} events behind`, {
    metadata,
    headers,
  });
}
