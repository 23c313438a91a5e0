/**
 * A map that forgets what was not used recently. It keeps two generations: a full young one becomes the old one, and
 * the old one is dropped whole. Between `maxEntries / 2` and `maxEntries` entries are kept, at the price of a plain
 * map lookup. Its bytes are bounded by the size of one entry times `maxEntries`; users with entries of unequal size
 * give `weigh` and count bytes instead of entries.
 * @example new RecentCache<Address, Account>(100_000)
 */
export class RecentCache<K, V> {
  readonly #half: number;
  /** Undefined counts entries, which needs no look at what is replaced. */
  readonly #weigh: ((value: V) => number) | undefined;
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  #weight = 0;

  constructor(maxEntries: number, weigh?: (value: V) => number) {
    this.#half = Math.floor(maxEntries / 2);
    this.#weigh = weigh;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    const weigh = this.#weigh;
    if (weigh !== undefined) {
      const replaced = this.#young.get(key);
      this.#weight += weigh(value) - (replaced === undefined ? 0 : weigh(replaced));
    }
    this.#young.set(key, value);
    if ((weigh === undefined ? this.#young.size : this.#weight) <= this.#half) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#weight = 0;
  }

  /** Entries held now, both generations. An entry in both counts twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** All held values; an entry in both generations comes twice. */
  *values(): Iterable<V> {
    yield* this.#young.values();
    yield* this.#old.values();
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#weight = 0;
  }
}
