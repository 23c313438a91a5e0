import type { Digest, Height } from "@polis/codec";
import type { CallWorld, Receipt, StoredHeader } from "@polis/kairos";
import { RecentCache } from "@polis/state";

/** Headers kept: an indexer's range; about 1 KiB each. */
const maxHeaders = 10_000;
/** Bytes of decoded receipts and of envelopes, each. */
const maxBytes = 32 * 1024 * 1024;
/** What a decoded log takes beside its data, and a receipt beside its logs. */
const logBytes = 600;
const receiptBytes = 400;

/**
 * Keeps what jobs decoded of finalized blocks, which never change, while the views of the chain come and go: indexers ask
 * for the same newest blocks again and again.
 * @returns a function that puts the memory before a world
 */
export function rememberFinal(): (world: CallWorld) => CallWorld {
  const headers = new RecentCache<Height, StoredHeader>(maxHeaders);
  const receipts = new RecentCache<Height, readonly Receipt[]>(maxBytes, weighReceipts);
  const envelopes = new RecentCache<Digest, readonly Uint8Array[]>(maxBytes, weighEnvelopes);
  return (world) => ({
    ...world,
    headerAt: (at) => remembered(headers, at, world.headerAt),
    receiptsAt: (at) => remembered(receipts, at, world.receiptsAt),
    // By digest, so that a block that is not final yet may be remembered too.
    envelopes: (block) => remembered(envelopes, block, world.envelopes),
  });
}

function remembered<K, V>(cache: RecentCache<K, V>, key: K, read: (key: K) => V | undefined): V | undefined {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const value = read(key);
  if (value !== undefined) cache.set(key, value);
  return value;
}

function weighReceipts(receipts: readonly Receipt[]): number {
  return receipts.reduce((sum, { logs }) => {
    return logs.reduce((inner, { data }) => inner + logBytes + data.length, sum + receiptBytes);
  }, 256);
}

function weighEnvelopes(envelopes: readonly Uint8Array[]): number {
  return envelopes.reduce((sum, { length }) => sum + length + 128, 256);
}
