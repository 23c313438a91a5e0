/** The body of a request as the pipeline reads it, in the order in which it came. */
export class BodyQueue implements AsyncIterable<Uint8Array> {
  readonly #onRead: (bytes: number) => void;
  #chunks: Uint8Array[] = [];
  #isOver = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  /** @param onRead told how many bytes have been taken: there is room for as many more */
  constructor(onRead: (bytes: number) => void) {
    this.#onRead = onRead;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** Whoever reads gets the error; what has not been read is forgotten. */
  fail(error: Error): void {
    this.#error ??= error;
    this.#chunks = [];
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#onRead(chunk.length);
        yield chunk;
      } else if (this.#isOver) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    }
  }
}
