import type { RangeOptions, Row, Store } from "@polis/ports";

/** A store that can go back to a moment it was told to remember. */
export interface UndoStore extends Store {
  /** From here on old values are kept. @returns a mark to go back to */
  mark(): number;
  /**
   * Puts every row back to what it was at a mark. Marks after it are forgotten, as is the mark itself.
   * @returns false when the mark is not known any more
   */
  revertTo(mark: number): Promise<boolean>;
}

interface Old {
  readonly table: string;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Bytes of old values kept by default; beyond it the oldest marks are forgotten. */
const defaultMaxBytes = 512 * 1024 * 1024;
const rowOverheadBytes = 100;

/**
 * Wraps a store so that it can take back what was committed since a mark: the whole of `evm_snapshot`. It costs nothing
 * until the first mark, and afterwards one read per written row.
 * @param maxBytes bound of the old values that are kept
 */
export function createUndoStore(store: Store, maxBytes = defaultMaxBytes): UndoStore {
  /** Old values in the order of the writes; `first` is the position of the first that is still kept. */
  let journal: Old[] = [];
  let first = 0;
  let bytes = 0;
  /** Positions of marks by id, in ascending order of both. */
  const marks = new Map<number, number>();
  let nextMark = 1;

  function remember(rows: readonly Row[]): void {
    if (marks.size === 0) return;
    for (const { table, key } of rows) {
      const old = { table, key: key.slice(), value: store.get(table, key) };
      journal.push(old);
      bytes += sizeOf(old);
    }
    while (bytes > maxBytes && marks.size > 0) forgetOldest();
  }

  function forgetOldest(): void {
    const [oldest] = marks.keys();
    marks.delete(oldest!);
    const [next] = marks.values();
    const dropped = journal.splice(0, (next ?? first + journal.length) - first);
    first += dropped.length;
    for (const old of dropped) bytes -= sizeOf(old);
  }

  return {
    get: (table, key) => store.get(table, key),
    range: (table, options: RangeOptions) => store.range(table, options),
    commit(rows) {
      remember(rows);
      return store.commit(rows);
    },
    mark() {
      const id = nextMark++;
      marks.set(id, first + journal.length);
      return id;
    },
    async revertTo(mark) {
      const at = marks.get(mark);
      if (at === undefined) return false;
      const undone = journal.slice(at - first);
      journal = journal.slice(0, at - first);
      for (const old of undone) bytes -= sizeOf(old);
      for (const other of [...marks.keys()]) if (other >= mark) marks.delete(other);
      // The oldest value of a row is the one it had at the mark, so it must be the one that stays.
      const rows = new Map<string, Row>();
      for (const old of undone.reverse()) rows.set(`${old.table} ${old.key.toHex()}`, old);
      await store.commit([...rows.values()]);
      return true;
    },
  };
}

function sizeOf({ key, value }: Old): number {
  return key.length + (value?.length ?? 0) + rowOverheadBytes;
}
