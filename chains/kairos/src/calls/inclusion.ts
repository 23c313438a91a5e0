import { bytesToHex0x, type Digest } from "@polis/codec";
import { listKey, proveInList } from "@polis/state";
import { type Answer, refusal, result } from "../api/method.ts";
import { encodeReceipt } from "../receipt/encodeReceipt.ts";
import type { CallWorld } from "./world.ts";

/** Proof that a transaction or its receipt is in a finalized block (kairos L4). */
export interface InclusionJob {
  readonly kind: "inclusion";
  readonly block: Digest;
  readonly index: number;
  readonly what: "transaction" | "receipt";
}

/** The trie key, the value, and the nodes that prove it under transactionsRoot or receiptsRoot. */
export function inclusion(world: CallWorld, { block, index, what }: InclusionJob): Answer {
  const items = what === "transaction" ? world.envelopes(block) : encodedReceipts(world, block);
  const value = items?.[index];
  if (items === undefined || value === undefined) return refusal(-32001, "block not found");
  return result({
    key: bytesToHex0x(listKey(index)),
    value: bytesToHex0x(value),
    proof: proveInList(items, index).map(bytesToHex0x),
  });
}

function encodedReceipts(world: CallWorld, block: Digest): readonly Uint8Array[] | undefined {
  const header = world.header(block);
  const receipts = header === undefined ? undefined : world.receiptsAt(header.number);
  return receipts?.map((receipt) => encodeReceipt(receipt));
}
