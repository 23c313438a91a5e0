import { setImmediate as turn } from "node:timers/promises";
import { type ChainTree, type SnapshotReader, SnapshotServer } from "@polis/kratos";
import type { RangeOptions } from "@polis/ports";
import type { Snapshot, Storage } from "@polis/storage";

/** Prepares snapshots for peers that warp, in small steps between everything else (kratos-core 12.12). */
export class SnapshotWork {
  readonly server: SnapshotServer;
  readonly #storage: Storage;
  readonly #fail: (error: unknown) => void;
  #isBusy = false;
  #isClosed = false;

  /**
   * @param every final blocks from one snapshot to the next
   * @param fail told of a store that cannot be read
   */
  constructor(tree: ChainTree, storage: Storage, every: number, fail: (error: unknown) => void) {
    this.server = new SnapshotServer({ tree, every, openReader: () => readerOf(storage.snapshot()) });
    this.#storage = storage;
    this.#fail = fail;
  }

  /** To be called when blocks became final. */
  nudge(): void {
    if (this.#isBusy || this.#isClosed) return;
    this.#isBusy = true;
    this.#work()
      .catch(this.#fail)
      .finally(() => {
        this.#isBusy = false;
      });
  }

  close(): void {
    this.#isClosed = true;
    this.server.close();
  }

  async #work(): Promise<void> {
    await this.#storage.store.commit([]);
    // A snapshot shows what is on disk; the tree may be ahead of that already. The next final block is another chance.
    if (this.#isClosed || this.#storage.stats().pendingBatches > 0) return;
    while (!this.#isClosed && this.server.work()) await turn();
  }
}

function readerOf(snapshot: Snapshot): SnapshotReader {
  return {
    get: (table, key) => snapshot.get(table, key),
    range: (table, options) => rangeOf(snapshot, table, options),
    close: () => snapshot.close(),
  };
}

function* rangeOf(snapshot: Snapshot, table: string, { from, to, limit, reverse }: RangeOptions) {
  if (reverse === true) throw new RangeError("a snapshot is read forwards");
  let left = limit;
  for (const row of snapshot.rows(table, from)) {
    if (left-- <= 0 || (to !== undefined && Buffer.compare(row[0], to) >= 0)) return;
    yield row;
  }
}
