import type { Row } from "@polis/ports";
import { keyText } from "./keyText.ts";
import { type Change, inRange, type TextRange } from "./range.ts";

interface Batch {
  readonly rows: readonly Row[];
  readonly bytes: number;
  /** Built for a table at its first read: a batch that nobody reads while it is written costs nothing. */
  readonly byTable: Map<string, ReadonlyMap<string, Row>>;
}

/**
 * The batches handed to the writer and not yet acknowledged, so that a read sees its own writes (port `Store`). Most
 * batches live for a few milliseconds. The caller bounds their number and size.
 */
export class PendingRows {
  #batches: Batch[] = [];
  #bytes = 0;

  get batches(): number {
    return this.#batches.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a batch as the newest. @returns a token for `remove`. */
  add(rows: readonly Row[], bytes: number): object {
    const batch: Batch = { rows, bytes, byTable: new Map() };
    this.#batches.push(batch);
    this.#bytes += bytes;
    return batch;
  }

  /** Forgets a batch that the database now shows. */
  remove(token: object): void {
    const at = this.#batches.indexOf(token as Batch);
    if (at < 0) return;
    this.#bytes -= (token as Batch).bytes;
    this.#batches.splice(at, 1);
  }

  /** @returns the newest change of a row, or undefined when no batch touches it. */
  get(table: string, key: Uint8Array): Row | undefined {
    if (this.#batches.length === 0) return undefined;
    const text = keyText(key);
    for (let i = this.#batches.length - 1; i >= 0; i--) {
      const row = index(this.#batches[i] as Batch, table).get(text);
      if (row !== undefined) return row;
    }
    return undefined;
  }

  /** @returns the newest change of each touched row within a range, in the order of the range. */
  changes(table: string, range: TextRange, reverse: boolean): readonly Change[] {
    if (this.#batches.length === 0) return [];
    const newest = new Map<string, Uint8Array | undefined>();
    for (const batch of this.#batches) {
      for (const [key, row] of index(batch, table)) if (inRange(range, key)) newest.set(key, row.value);
    }
    const sign = reverse ? -1 : 1;
    return [...newest].sort(([a], [b]) => (a < b ? -sign : sign));
  }
}

function index(batch: Batch, table: string): ReadonlyMap<string, Row> {
  const known = batch.byTable.get(table);
  if (known !== undefined) return known;
  const rows = new Map<string, Row>();
  for (const row of batch.rows) if (row.table === table) rows.set(keyText(row.key), row);
  batch.byTable.set(table, rows);
  return rows;
}
