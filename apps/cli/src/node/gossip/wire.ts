import {
  type Digest,
  decodeRlpList,
  digestOf,
  digestToBytes,
  encodeRlp,
  fault,
  ok,
  type Result,
  type RlpItem,
  readRlpBytes,
  readRlpNumber,
  readRlpUint,
  rlpUint,
} from "@polis/codec";

/** Frame types of the transaction protocol (kairos 13.3). */
export const TX_ANNOUNCE = 0x10;
export const TX_REQUEST = 0x11;
export const TX_BATCH = 0x12;

/** Most items of one frame of each type (kairos 13.3). */
export const TX_ITEMS_MAX = 256;
export const TX_BATCH_BYTES_MAX = 512 * 1024;
const ANNOUNCE_BYTES_MAX = 16 * 1024;
const REQUEST_BYTES_MAX = 9 * 1024;

/** One announced transaction: enough to decide whether to ask for it. */
export interface TxAnnounceItem {
  readonly hash: Digest;
  readonly sizeBytes: number;
  readonly feeCap: bigint;
}

/** Body of type 0x10: `rlp([[hash, size, feeCap], ...])`. */
export function encodeTxAnnounce(items: readonly TxAnnounceItem[]): Uint8Array {
  return encodeRlp(items.map((item) => [digestToBytes(item.hash), rlpUint(item.sizeBytes), rlpUint(item.feeCap)]));
}

/** Reads a body of type 0x10; a malformed one is the peer's fault. */
export function decodeTxAnnounce(body: Uint8Array): Result<readonly TxAnnounceItem[]> {
  const list = decodeRlpList(body, { maxBytes: ANNOUNCE_BYTES_MAX, maxItems: 4 * TX_ITEMS_MAX + 1, maxDepth: 2 });
  if (!list.ok) return list;
  if (list.value.length > TX_ITEMS_MAX) return fault("TX_TOO_MANY_ITEMS");
  const items: TxAnnounceItem[] = [];
  for (const entry of list.value) {
    if (entry instanceof Uint8Array || entry.length !== 3) return fault("TX_ANNOUNCE_MALFORMED");
    const hash = readRlpBytes(entry[0] as RlpItem, 32);
    const sizeBytes = readRlpNumber(entry[1] as RlpItem);
    const feeCap = readRlpUint(entry[2] as RlpItem, 16);
    if (!hash.ok || !sizeBytes.ok || !feeCap.ok) return fault("TX_ANNOUNCE_MALFORMED");
    items.push({ hash: digestOf(hash.value), sizeBytes: sizeBytes.value, feeCap: feeCap.value });
  }
  return ok(items);
}

/** Body of type 0x11: `rlp([requestId, [hash, ...]])`. */
export function encodeTxRequest(requestId: number, hashes: readonly Digest[]): Uint8Array {
  return encodeRlp([rlpUint(requestId), hashes.map(digestToBytes)]);
}

/** Reads a body of type 0x11. */
export function decodeTxRequest(
  body: Uint8Array,
): Result<{ readonly requestId: number; readonly hashes: readonly Digest[] }> {
  const parts = readIdAndList(body, REQUEST_BYTES_MAX);
  if (!parts.ok) return parts;
  const hashes: Digest[] = [];
  for (const item of parts.value.items) {
    const hash = readRlpBytes(item, 32);
    if (!hash.ok) return fault("TX_REQUEST_MALFORMED");
    hashes.push(digestOf(hash.value));
  }
  return ok({ requestId: parts.value.requestId, hashes });
}

/** Body of type 0x12: `rlp([requestId, [envelope, ...]])`; request id 0 marks a push (kairos M9). */
export function encodeTxBatch(requestId: number, envelopes: readonly Uint8Array[]): Uint8Array {
  return encodeRlp([rlpUint(requestId), envelopes]);
}

/** Reads a body of type 0x12. The envelopes are views into `body`. */
export function decodeTxBatch(
  body: Uint8Array,
): Result<{ readonly requestId: number; readonly envelopes: readonly Uint8Array[] }> {
  const parts = readIdAndList(body, TX_BATCH_BYTES_MAX);
  if (!parts.ok) return parts;
  const envelopes: Uint8Array[] = [];
  for (const item of parts.value.items) {
    if (!(item instanceof Uint8Array)) return fault("TX_BATCH_MALFORMED");
    envelopes.push(item);
  }
  return ok({ requestId: parts.value.requestId, envelopes });
}

function readIdAndList(
  body: Uint8Array,
  maxBytes: number,
): Result<{ readonly requestId: number; readonly items: readonly RlpItem[] }> {
  const list = decodeRlpList(body, { maxBytes, maxItems: TX_ITEMS_MAX + 3, maxDepth: 2 });
  if (!list.ok) return list;
  const [id, items, extra] = list.value;
  if (id === undefined || items === undefined || extra !== undefined || items instanceof Uint8Array) {
    return fault("TX_BODY_MALFORMED");
  }
  if (items.length > TX_ITEMS_MAX) return fault("TX_TOO_MANY_ITEMS");
  const requestId = readRlpNumber(id);
  return requestId.ok ? ok({ requestId: requestId.value, items }) : requestId;
}
