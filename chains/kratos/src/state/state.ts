import { decodeKce, encodeKce } from "@polis/codec";
import type { Item } from "./item.ts";

/** Reads encoded entries below a state: the disk, or another state. */
export interface EntryReader {
  /** The encoded value of an entry; undefined when it is missing. */
  entry(item: Item<unknown>): Uint8Array | undefined;
  /** The value of an entry where it is decoded already, which saves decoding it again; undefined when it is not. */
  value?(item: Item<unknown>): KnownValue | undefined;
}

/** A decoded value; undefined inside when the entry is missing. */
export interface KnownValue {
  readonly value: unknown;
}

/** An entry that changed. */
export interface EntryChange {
  readonly item: Item<unknown>;
  /** The value before it was encoded. */
  readonly decoded: unknown;
  readonly name: string;
  readonly key: Uint8Array;
  /** Undefined: the entry is gone. */
  readonly value: Uint8Array | undefined;
}

/** An entry as a state holds it; `value` undefined when it is missing. */
interface Held {
  readonly item: Item<unknown>;
  readonly value: unknown;
  readonly changed: boolean;
  /** The encoding of a changed value, once somebody asked for it. */
  bytes?: Uint8Array;
}

/** A place in a state to which it can go back. */
export type Mark = number & { readonly mark: unique symbol };

/**
 * The consensus state while a block is applied: a layer of changes over what lies below, which never changes. Values are
 * immutable; each write replaces one. Marks make the effect of a transaction atomic (kratos-core 2.5).
 */
export class State implements EntryReader {
  readonly #below: EntryReader;
  readonly #held = new Map<string, Held>();
  /** Counts writes, so that changes that were asked for are known to be the last ones. */
  #version = 0;
  #changes: { readonly version: number; readonly list: readonly EntryChange[] } | undefined;
  readonly #journal: { readonly name: string; readonly before: Held | undefined }[] = [];

  constructor(below: EntryReader) {
    this.#below = below;
  }

  /** The value of an entry, or what a missing one reads as. */
  get<V>(item: Item<V>): V {
    const held = this.#held.get(item.name) ?? this.#load(item);
    return held.value === undefined ? item.missing : (held.value as V);
  }

  /** Replaces the value of an entry. */
  set<V>(item: Item<V>, value: NonNullable<V>): void {
    this.#replace({ item: item as Item<unknown>, value, changed: true });
  }

  /** Takes an entry away. */
  delete<V>(item: Item<V>): void {
    this.#replace({ item: item as Item<unknown>, value: undefined, changed: true });
  }

  /** Replaces a value by one that follows from it. */
  update<V>(item: Item<V>, change: (value: V) => NonNullable<V>): void {
    this.set(item, change(this.get(item)));
  }

  /** Remembers this moment. */
  mark(): Mark {
    return this.#journal.length as Mark;
  }

  /** Undoes everything since a mark. */
  revert(mark: Mark): void {
    this.#version++;
    while (this.#journal.length > mark) {
      const { name, before } = this.#journal.pop()!;
      if (before === undefined) this.#held.delete(name);
      else this.#held.set(name, before);
    }
  }

  entry(item: Item<unknown>): Uint8Array | undefined {
    const held = this.#held.get(item.name);
    if (held === undefined || !held.changed) return this.#below.entry(item);
    if (held.value === undefined) return undefined;
    held.bytes ??= encodeKce(item.codec, held.value);
    return held.bytes;
  }

  value(item: Item<unknown>): KnownValue | undefined {
    return this.#held.get(item.name) ?? this.#below.value?.(item);
  }

  /** What this layer changes, by name; an entry that is as it was below is left out. */
  changes(): readonly EntryChange[] {
    if (this.#changes?.version !== this.#version) this.#changes = { version: this.#version, list: this.#collect() };
    return this.#changes.list;
  }

  #collect(): readonly EntryChange[] {
    return [...this.#held.values()]
      .filter(({ changed }) => changed)
      .sort((a, b) => (a.item.name < b.item.name ? -1 : 1))
      .flatMap(({ item, value: decoded }) => {
        const value = this.entry(item);
        const before = this.#below.entry(item);
        return isEqual(value, before) ? [] : [{ item, decoded, name: item.name, key: item.key, value }];
      });
  }

  #load<V>(item: Item<V>): Held {
    const known = this.#below.value?.(item as Item<unknown>);
    const bytes = known === undefined ? this.#below.entry(item as Item<unknown>) : undefined;
    const value = known !== undefined ? known.value : bytes === undefined ? undefined : decoded(item, bytes);
    const held = { item: item as Item<unknown>, value, changed: false };
    this.#held.set(item.name, held);
    return held;
  }

  #replace(held: Held): void {
    this.#version++;
    this.#journal.push({ name: held.item.name, before: this.#held.get(held.item.name) });
    this.#held.set(held.item.name, held);
  }
}

/** No entries at all: below the state of a genesis. */
export const noEntriesBelow: EntryReader = { entry: () => undefined };

function decoded<V>(item: Item<V>, bytes: Uint8Array): NonNullable<V> {
  const result = decodeKce(item.codec, bytes, item.maxBytes);
  if (!result.ok) throw new Error(`the entry ${item.name} is damaged: ${result.fault.code}`);
  return result.value;
}

function isEqual(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
