/** One change of one row: a missing value deletes the row. */
export interface Row {
  readonly table: string;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Bounds of a read of rows in key order. */
export interface RangeOptions {
  /** First key, included. */
  readonly from?: Uint8Array;
  /** Last key, excluded. */
  readonly to?: Uint8Array;
  readonly reverse?: boolean;
  /** Always bounded: the caller says how many rows it can take. */
  readonly limit: number;
}

/** Ordered tables of bytes. Reads are synchronous and see every batch already handed to `commit`, durable or not. */
export interface Store {
  /** @returns the value, or undefined for a missing row; throws on a read error (kairos S5). */
  get(table: string, key: Uint8Array): Uint8Array | undefined;
  /** Rows in byte order of their keys. */
  range(table: string, options: RangeOptions): Iterable<readonly [key: Uint8Array, value: Uint8Array]>;
  /** Applies all rows or none; visible to `get` at once; resolves when durable (kairos S4). Batches commit in call order. */
  commit(rows: readonly Row[]): Promise<void>;
}

/** The durable record of votes: resolved means on disk, whatever `storage.sync` says (kairos R25). */
export interface Journal {
  /** Rows go to the same tables as the Store's and share its atomicity; one disk write may cover several calls. */
  append(rows: readonly Row[]): Promise<void>;
}
