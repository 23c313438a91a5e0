import { addressOf, decodeRlpList, digestOf, fault, ok, type Result, type RlpItem, readRlpUint } from "@polis/codec";
import type { Receipt } from "./encodeReceipt.ts";
import type { Log } from "./log.ts";

/** Largest receipt that is read: beyond it the gas limit of a block would be exceeded. */
const limits = { maxBytes: 16_777_216, maxItems: 1_000_000, maxDepth: 4 };

/** Reads a receipt (kairos T16). Receipts come from our own storage or with a proof; faults are RECEIPT_FORMAT. */
export function decodeReceipt(bytes: Uint8Array): Result<Receipt> {
  const first = bytes[0] ?? 0;
  const type = first < 0xc0 ? first : 0;
  const items = decodeRlpList(type === 0 ? bytes : bytes.subarray(1), limits);
  if (!items.ok || items.value.length !== 4) return fault("RECEIPT_FORMAT");
  const [status, gas, bloom, logs] = items.value as [RlpItem, RlpItem, RlpItem, RlpItem];
  const flag = readRlpUint(status, 1);
  const cumulative = readRlpUint(gas, 8);
  if (!flag.ok || flag.value > 1n || !cumulative.ok || logs instanceof Uint8Array) return fault("RECEIPT_FORMAT");
  if (!(bloom instanceof Uint8Array) || bloom.length !== 256) return fault("RECEIPT_FORMAT");
  const read: Log[] = [];
  for (const item of logs) {
    const log = readLog(item);
    if (log === undefined) return fault("RECEIPT_FORMAT");
    read.push(log);
  }
  const passed = flag.value === 1n ? 1 : 0;
  return ok({ type, status: passed, cumulativeGasUsed: cumulative.value, logsBloom: bloom, logs: read });
}

function readLog(item: RlpItem): Log | undefined {
  if (item instanceof Uint8Array || item.length !== 3) return undefined;
  const [address, topics, data] = item;
  if (!(address instanceof Uint8Array) || address.length !== 20) return undefined;
  if (topics === undefined || topics instanceof Uint8Array || topics.length > 4) return undefined;
  if (!(data instanceof Uint8Array)) return undefined;
  if (topics.some((topic) => !(topic instanceof Uint8Array) || topic.length !== 32)) return undefined;
  return { address: addressOf(address), topics: topics.map((topic) => digestOf(topic as Uint8Array)), data };
}
