import type { EntryChange, EntryReader, Item, KnownValue } from "@polis/kratos";

/** An entry with its encoding and its value. */
export interface HeldEntry extends KnownValue {
  readonly item: Item<unknown>;
  readonly bytes: Uint8Array;
}

/** Reads values. */
export interface EntryValues {
  /** The value of an entry, or what a missing one reads as. */
  get<V>(item: Item<V>): V;
}

const MISSING: KnownValue = { value: undefined };

/** All entries after a block, in memory, decoded. */
export class Entries implements EntryReader, EntryValues {
  readonly #held: Map<string, HeldEntry>;

  private constructor(held: Map<string, HeldEntry>) {
    this.#held = held;
  }

  /** The entries that a first layer of changes makes. */
  static from(changes: readonly EntryChange[]): Entries {
    const entries = new Entries(new Map());
    entries.apply(changes);
    return entries;
  }

  entry(item: Item<unknown>): Uint8Array | undefined {
    return this.#held.get(item.name)?.bytes;
  }

  value(item: Item<unknown>): KnownValue {
    return this.#held.get(item.name) ?? MISSING;
  }

  /** The value of an entry, or what a missing one reads as. */
  get<V>(item: Item<V>): V {
    const held = this.#held.get(item.name);
    return held === undefined ? item.missing : (held.value as V);
  }

  /** In the order in which they first appeared. */
  all(): IterableIterator<HeldEntry> {
    return this.#held.values();
  }

  /** Changes them in place. @returns how changed entries read before */
  apply(changes: readonly EntryChange[]): EntryValues {
    const before = new Map<string, HeldEntry | undefined>();
    for (const { item, name, value, decoded } of changes) {
      before.set(name, this.#held.get(name));
      if (value === undefined) this.#held.delete(name);
      else this.#held.set(name, { item, bytes: value, value: decoded });
    }
    const now = this.#held;
    return {
      get(item) {
        const held = before.has(item.name) ? before.get(item.name) : now.get(item.name);
        return held === undefined ? item.missing : (held.value as typeof item.missing);
      },
    };
  }

  copy(): Entries {
    return new Entries(new Map(this.#held));
  }
}
