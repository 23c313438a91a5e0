/** What has to be closed, in the reverse order of opening. */
export class Closers {
  readonly #names: string[] = [];
  readonly #open: { readonly name: string; readonly close: () => unknown }[] = [];

  /** @param close may return a promise */
  add(name: string, close: () => unknown): void {
    this.#open.push({ name, close });
  }

  /** What is being closed at this moment. */
  get unfinished(): readonly string[] {
    return this.#names;
  }

  /** Closes everything, also when a part fails to. @throws the first failure */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let one = this.#open.pop(); one !== undefined; one = this.#open.pop()) {
      this.#names.push(one.name);
      try {
        await one.close();
      } catch (error) {
        failures.push(error);
      }
      this.#names.pop();
    }
    if (failures.length > 0) throw failures[0];
  }
}
