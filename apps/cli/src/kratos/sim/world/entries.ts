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

/** Layers above a whole copy: a look-up passes as many at most. */
const MAX_LAYERS = 16;

/**
 * All entries after a block, in memory, decoded. Those of a child are a layer over those of its parent, so that a block costs
 * what it changed.
 */
export class Entries implements EntryReader, EntryValues {
  /** Undefined for an entry that this layer takes away. */
  readonly #held: Map<string, HeldEntry | undefined>;
  readonly #below: Entries | undefined;
  readonly #layers: number;

  private constructor(held: Map<string, HeldEntry | undefined>, below?: Entries) {
    this.#held = held;
    this.#below = below;
    this.#layers = below === undefined ? 0 : below.#layers + 1;
  }

  /** The entries that a first layer of changes makes. */
  static from(changes: readonly EntryChange[]): Entries {
    const entries = new Entries(new Map());
    entries.apply(changes);
    return entries;
  }

  entry(item: Item<unknown>): Uint8Array | undefined {
    return this.#find(item.name)?.bytes;
  }

  value(item: Item<unknown>): KnownValue {
    return this.#find(item.name) ?? MISSING;
  }

  /** The value of an entry, or what a missing one reads as. */
  get<V>(item: Item<V>): V {
    const held = this.#find(item.name);
    return held === undefined ? item.missing : (held.value as V);
  }

  /** In an order that the history of the entries gives. */
  all(): Iterable<HeldEntry> {
    const whole = this.#below === undefined ? this.#held : this.#whole();
    return whole.values() as Iterable<HeldEntry>;
  }

  /** Changes them in place; what lies over them must not exist. @returns how changed entries read before */
  apply(changes: readonly EntryChange[]): EntryValues {
    const before = new Map<string, HeldEntry | undefined>();
    for (const { item, name, value, decoded } of changes) {
      before.set(name, this.#find(name));
      if (value !== undefined) this.#held.set(name, { item, bytes: value, value: decoded });
      else if (this.#below === undefined) this.#held.delete(name);
      else this.#held.set(name, undefined);
    }
    const find = (name: string) => this.#find(name);
    return {
      get(item) {
        const held = before.has(item.name) ? before.get(item.name) : find(item.name);
        return held === undefined ? item.missing : (held.value as typeof item.missing);
      },
    };
  }

  /** Entries that begin as these, which must not change any more. */
  copy(): Entries {
    return this.#layers < MAX_LAYERS ? new Entries(new Map(), this) : new Entries(this.#whole());
  }

  /** These few alone: what is still asked of a block that is long final. */
  only(...items: readonly { readonly name: string }[]): Entries {
    const kept = items.map((item) => [item.name, this.#find(item.name)] as const);
    return new Entries(new Map(kept.filter(([, held]) => held !== undefined)));
  }

  #find(name: string): HeldEntry | undefined {
    for (let at: Entries | undefined = this; at !== undefined; at = at.#below) {
      const held = at.#held.get(name);
      if (held !== undefined || at.#held.has(name)) return held;
    }
    return undefined;
  }

  #whole(): Map<string, HeldEntry | undefined> {
    if (this.#below === undefined) return new Map(this.#held);
    const whole = this.#below.#whole();
    for (const [name, held] of this.#held) {
      if (held === undefined) whole.delete(name);
      else whole.set(name, held);
    }
    return whole;
  }
}
