import { hexInto, rlpUint } from "@polis/codec";
import type { ByteArena } from "@polis/state";
import type { Log } from "./log.ts";

/** The consensus form of a receipt before encoding. */
export interface Receipt {
  /** EIP-2718 type; 0 for a legacy transaction, whose receipt has no type byte. */
  readonly type: number;
  /** 1 when the transaction did what it says, 0 when it failed and paid its fee. */
  readonly status: 0 | 1;
  readonly cumulativeGasUsed: bigint;
  /** 256 bytes. */
  readonly logsBloom: Uint8Array;
  readonly logs: readonly Log[];
}

/**
 * The bytes of a receipt: [type byte] then rlp([status, cumulativeGasUsed, bloom, logs]) (kairos T16, EIP-2718). Written
 * straight into one buffer, because every payment of every block passes here.
 * @param arena where the bytes are put; without it they get an array of their own
 */
export function encodeReceipt(receipt: Receipt, arena?: ByteArena): Uint8Array {
  const gas = rlpUint(receipt.cumulativeGasUsed);
  const logSizes: number[] = [];
  let logsPayload = 0;
  for (const log of receipt.logs) {
    const payload = 21 + listSize(33 * log.topics.length) + bytesSize(log.data);
    logSizes.push(payload);
    logsPayload += listSize(payload);
  }
  const payload = 1 + bytesSize(gas) + 259 + listSize(logsPayload);
  const typed = receipt.type === 0 ? 0 : 1;
  const size = typed + listSize(payload);
  const out = arena === undefined ? new Uint8Array(size) : arena.take(size);
  const cursor = { out, at: typed };
  if (typed === 1) out[0] = receipt.type;
  writeHead(cursor, 0xc0, payload);
  out[cursor.at++] = receipt.status === 1 ? 1 : 0x80;
  writeBytes(cursor, gas);
  writeBytes(cursor, receipt.logsBloom);
  writeHead(cursor, 0xc0, logsPayload);
  for (let i = 0; i < receipt.logs.length; i++) writeLog(cursor, receipt.logs[i]!, logSizes[i]!);
  return out;
}

interface Cursor {
  readonly out: Uint8Array;
  at: number;
}

function writeLog(cursor: Cursor, log: Log, payload: number): void {
  writeHead(cursor, 0xc0, payload);
  writeHex(cursor, log.address, 20);
  writeHead(cursor, 0xc0, 33 * log.topics.length);
  for (const topic of log.topics) writeHex(cursor, topic, 32);
  writeBytes(cursor, log.data);
}

function writeHex(cursor: Cursor, hex: string, length: number): void {
  cursor.out[cursor.at] = 0x80 + length;
  hexInto(cursor.out, cursor.at + 1, hex);
  cursor.at += 1 + length;
}

function writeBytes(cursor: Cursor, bytes: Uint8Array): void {
  if (bytes.length === 1 && bytes[0]! < 0x80) {
    cursor.out[cursor.at++] = bytes[0]!;
    return;
  }
  writeHead(cursor, 0x80, bytes.length);
  cursor.out.set(bytes, cursor.at);
  cursor.at += bytes.length;
}

function writeHead(cursor: Cursor, base: number, length: number): void {
  if (length < 56) {
    cursor.out[cursor.at++] = base + length;
    return;
  }
  const count = headSize(length) - 1;
  cursor.out[cursor.at++] = base + 55 + count;
  for (let shift = (count - 1) * 8; shift >= 0; shift -= 8) cursor.out[cursor.at++] = length >>> shift;
}

function bytesSize(bytes: Uint8Array): number {
  return bytes.length === 1 && bytes[0]! < 0x80 ? 1 : headSize(bytes.length) + bytes.length;
}

function listSize(payload: number): number {
  return headSize(payload) + payload;
}

function headSize(length: number): number {
  if (length < 56) return 1;
  if (length < 0x100) return 2;
  return length < 0x1_0000 ? 3 : 4;
}
