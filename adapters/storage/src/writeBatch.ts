import type { Row } from "@polis/ports";
import { seal } from "./checksum.ts";
import type { Table } from "./environment.ts";

/**
 * Hands a checked batch to LMDB's writer thread. All writes of one turn of the event loop share one transaction, so the
 * batch is atomic, and several batches of a turn cost one disk write.
 * @param valueBytes of all sealed values together, as `checkRows` counted them.
 * @returns a promise that resolves when the transaction is committed; its rejection carries the real cause.
 */
export async function writeBatch(
  rows: readonly Row[],
  valueBytes: number,
  tables: ReadonlyMap<string, Table>,
): Promise<void> {
  // One arena for all values: one allocation, and the writer thread never sees memory the caller may change.
  const arena = Buffer.allocUnsafe(valueBytes);
  let offset = 0;
  // All calls of a turn usually return the same promise.
  const done: Promise<boolean>[] = [];
  for (const { table, key, value } of rows) {
    const { db, seed } = tables.get(table) as Table;
    if (value === undefined) {
      addOnce(done, db.remove(key));
      continue;
    }
    const sealed = seal(arena, offset, seed, key, value);
    offset += sealed.length;
    addOnce(done, db.put(key, sealed));
  }
  const outcomes = await Promise.allSettled(done);
  const failed = outcomes.find((o) => o.status === "rejected");
  if (failed !== undefined) throw await realCause(failed.reason);
}

function addOnce(done: Promise<boolean>[], promise: Promise<boolean>): void {
  if (done[done.length - 1] !== promise) done.push(promise);
}

/**
 * A failed commit of lmdb-js rejects twice: the awaited promise says only that it failed, and a second promise on the
 * error (`commitError`) carries the cause. That one must be caught, or Node ends the process.
 */
async function realCause(reason: unknown): Promise<unknown> {
  const second = (reason as { commitError?: Promise<never> } | null)?.commitError;
  if (second === undefined) return reason;
  try {
    await second;
    return reason;
  } catch (cause) {
    return cause;
  }
}
