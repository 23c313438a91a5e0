import type { Store } from "@polis/ports";
import type { Item } from "../state/item.ts";
import type { EntryReader, KnownValue } from "../state/state.ts";
import type { StoredChange } from "./records.ts";
import { chainTables } from "./tables.ts";

/** A change as it comes: with its decoded value where this process made it. */
export interface LayerChange extends StoredChange {
  readonly decoded?: unknown;
}

/** Reads what a block changed from disk. */
export type ReadChanges = () => readonly StoredChange[];

/** A change in memory, or only its name once the layer is released. */
export class HeldChange implements StoredChange {
  readonly name: string;
  readonly key: Uint8Array;
  #held: { readonly value: Uint8Array | undefined; readonly known: KnownValue | undefined } | ReadChanges;

  constructor(change: LayerChange) {
    this.name = change.name;
    this.key = change.key;
    this.#held = { value: change.value, known: "decoded" in change ? { value: change.decoded } : undefined };
  }

  get value(): Uint8Array | undefined {
    if (typeof this.#held !== "function") return this.#held.value;
    return this.#held().find(({ name }) => name === this.name)!.value;
  }

  /** The decoded value where it is in memory. */
  get known(): KnownValue | undefined {
    return typeof this.#held === "function" ? undefined : this.#held.known;
  }

  release(read: ReadChanges): void {
    this.#held = read;
  }
}

/** Decoded values of final entries that are kept. */
const MAX_KNOWN = 4_096;

/** The state after the last final block: the store, with what was decoded lately. */
export class FinalEntries implements EntryReader {
  readonly #store: Store;
  readonly #known = new Map<string, unknown>();

  constructor(store: Store) {
    this.#store = store;
  }

  entry(item: Item<unknown>): Uint8Array | undefined {
    return this.#store.get(chainTables.entries, item.key);
  }

  value(item: Item<unknown>): KnownValue | undefined {
    return this.#known.has(item.name) ? { value: this.#known.get(item.name) } : undefined;
  }

  /** Takes over what became final, together with the commit of the same changes. */
  absorb(changes: Iterable<HeldChange>): void {
    for (const { name, known } of changes) {
      this.#known.delete(name);
      if (known === undefined) continue;
      if (this.#known.size >= MAX_KNOWN) this.#known.delete(this.#known.keys().next().value!);
      this.#known.set(name, known.value);
    }
  }
}

/** Layers that one look passes at once, where many lie above each other. */
const STRIDE = 32;

/** Changes, and what holds the rest. */
interface Reach {
  readonly changes: ReadonlyMap<string, HeldChange>;
  below: Layer | FinalEntries;
}

/** What one block that is not final changed, over the state of its parent. */
export class Layer implements EntryReader {
  /** The parent's layer, or the final state once the parent is final. */
  below: Layer | FinalEntries;
  readonly changes: ReadonlyMap<string, HeldChange>;
  readonly #height: number;
  /** On every 32nd layer: the newest changes of it and the 31 below, and what lies below them. */
  readonly #merged: Reach | undefined;

  constructor(below: Layer | FinalEntries, changes: readonly LayerChange[]) {
    this.below = below;
    this.changes = new Map(changes.map((change) => [change.name, new HeldChange(change)]));
    this.#height = below instanceof Layer ? below.#height + 1 : 1;
    if (this.#height % STRIDE === 0) this.#merged = this.#merge();
  }

  entry(item: Item<unknown>): Uint8Array | undefined {
    const found = this.#find(item.name);
    return found instanceof FinalEntries ? found.entry(item) : found.value;
  }

  value(item: Item<unknown>): KnownValue | undefined {
    const found = this.#find(item.name);
    if (found instanceof FinalEntries) return found.value(item);
    return found.known;
  }

  /** The layer lies directly or by what it merged over one that is final now: it reads the final state from here on. */
  settle(final: FinalEntries, nowFinal: ReadonlySet<unknown>): void {
    if (nowFinal.has(this.below)) this.below = final;
    const merged = this.#merged;
    if (merged !== undefined && nowFinal.has(merged.below)) merged.below = final;
  }

  /** Values leave memory, and are read where they are stored when somebody asks. */
  release(read: ReadChanges): void {
    for (const change of this.changes.values()) change.release(read);
  }

  /** A loop and not a recursion: while nothing becomes final, layers pile up. */
  #find(name: string): HeldChange | FinalEntries {
    for (let at: Layer | FinalEntries = this; ; ) {
      if (at instanceof FinalEntries) return at;
      const here: Reach = at.#merged ?? at;
      const change = here.changes.get(name);
      if (change !== undefined) return change;
      at = here.below;
    }
  }

  #merge(): Reach {
    const changes = new Map<string, HeldChange>();
    let at: Layer | FinalEntries = this;
    for (let passed = 0; passed < STRIDE && at instanceof Layer; passed++) {
      for (const [name, change] of at.changes) if (!changes.has(name)) changes.set(name, change);
      at = at.below;
    }
    return { changes, below: at };
  }
}
