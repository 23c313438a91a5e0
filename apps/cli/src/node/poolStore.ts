import { type Digest, digestToBytes, writeU64 } from "@polis/codec";
import type { Mempool } from "@polis/mempool";
import type { Row, Store } from "@polis/ports";

const ROWS_MAX = 100_000;
const TABLE = "mempool";

/**
 * Writes the pool to the table `mempool`, tx hash to envelope ‖ arrival ms, so that a restart can admit it again
 * (kairos 6.2). Rows of transactions that have left the pool go in the same commit.
 */
export async function savePool(store: Store, pool: Mempool, nowMs: number): Promise<void> {
  const rows: Row[] = [];
  const held = new Set<Digest>();
  for (const { hash, envelope } of pool.all()) {
    held.add(hash);
    const value = new Uint8Array(envelope.length + 8);
    value.set(envelope);
    writeU64(value, envelope.length, nowMs);
    rows.push({ table: TABLE, key: digestToBytes(hash), value });
  }
  for (const [key] of store.range(TABLE, { limit: ROWS_MAX })) {
    if (!held.has(key.toHex() as Digest)) rows.push({ table: TABLE, key, value: undefined });
  }
  if (rows.length > 0) await store.commit(rows);
}

/** Envelopes of the saved pool. */
export function loadPool(store: Store): readonly Uint8Array[] {
  const envelopes: Uint8Array[] = [];
  for (const [, value] of store.range(TABLE, { limit: ROWS_MAX })) {
    if (value.length > 8) envelopes.push(value.slice(0, value.length - 8));
  }
  return envelopes;
}
