import {
  type Digest,
  digestOf,
  digestToBytes,
  type Epoch,
  fault,
  type Height,
  type Millis,
  ok,
  type Result,
  readU16,
  readU64Number,
  type View,
  writeU16,
  writeU64,
} from "@polis/codec";
import type { BlockInfo } from "@polis/ports";
import { mockDigest } from "./mockDigest.ts";

/** A block of the mock chain. */
export interface MockBlock {
  readonly info: BlockInfo;
  /** After this block. */
  readonly stateRoot: Digest;
  readonly transactions: readonly Uint8Array[];
}

/**
 * Bytes before the transactions: parent 32, height 8, view 8, parent view 8, time 8, state root 32, count 2. The count's
 * highest bit says that 96 bytes of the previous view's seed follow (kairos 5.2).
 */
const HEADER_BYTES = 98;
const SEED_BYTES = 96;
const SEED_FLAG = 0x8000;
const MAX_TRANSACTIONS = 1000;
const MAX_TRANSACTION_BYTES = 64;
/** The mock chain has one epoch. */
export const MOCK_EPOCH = 0 as Epoch;

/** Encodes a block; the digest is recomputed from these bytes. */
export function encodeMockBlock(
  block: Omit<MockBlock, "info"> & { readonly info: Omit<BlockInfo, "digest"> },
): Uint8Array {
  const { info, stateRoot, transactions } = block;
  const { prevSeed } = info;
  const start = HEADER_BYTES + (prevSeed === undefined ? 0 : SEED_BYTES);
  let length = start;
  for (const transaction of transactions) length += 1 + transaction.length;
  const out = new Uint8Array(length);
  out.set(digestToBytes(info.parentDigest), 0);
  writeU64(out, 32, info.height);
  writeU64(out, 40, info.view);
  writeU64(out, 48, info.parentView);
  writeU64(out, 56, info.timeMs);
  out.set(digestToBytes(stateRoot), 64);
  writeU16(out, 96, transactions.length | (prevSeed === undefined ? 0 : SEED_FLAG));
  if (prevSeed !== undefined) out.set(prevSeed, HEADER_BYTES);
  let at = start;
  for (const transaction of transactions) {
    out[at] = transaction.length;
    out.set(transaction, at + 1);
    at += 1 + transaction.length;
  }
  return out;
}

const decoded = new WeakMap<Uint8Array, Result<MockBlock>>();

/**
 * Decodes a block within its limits; total on any bytes. The same array is decoded once however many replicas get it:
 * blocks are never changed in place.
 */
export function decodeMockBlock(bytes: Uint8Array): Result<MockBlock> {
  let result = decoded.get(bytes);
  if (result === undefined) {
    result = decode(bytes);
    decoded.set(bytes, result);
  }
  return result;
}

function decode(bytes: Uint8Array): Result<MockBlock> {
  if (bytes.length < HEADER_BYTES) return fault("MOCK_MALFORMED");
  const [height, view, parentView, timeMs] = [32, 40, 48, 56].map((at) => readU64Number(bytes, at));
  if (height === undefined || view === undefined || parentView === undefined || timeMs === undefined) {
    return fault("MOCK_MALFORMED");
  }
  const flagged = readU16(bytes, 96);
  const count = flagged & ~SEED_FLAG;
  const start = HEADER_BYTES + (count === flagged ? 0 : SEED_BYTES);
  if (count > MAX_TRANSACTIONS || bytes.length < start) return fault("MOCK_MALFORMED");
  const transactions: Uint8Array[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    const length = bytes[at] ?? MAX_TRANSACTION_BYTES + 1;
    if (length > MAX_TRANSACTION_BYTES || at + 1 + length > bytes.length) return fault("MOCK_MALFORMED");
    transactions.push(bytes.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (at !== bytes.length) return fault("MOCK_MALFORMED");
  return ok({
    info: {
      digest: mockDigest(bytes),
      height: height as Height,
      parentDigest: digestOf(bytes.subarray(0, 32)),
      epoch: MOCK_EPOCH,
      view: view as View,
      parentView: parentView as View,
      timeMs: timeMs as Millis,
      prevSeed: count === flagged ? undefined : bytes.slice(HEADER_BYTES, start),
    },
    stateRoot: digestOf(bytes.subarray(64, 96)),
    transactions,
  });
}
