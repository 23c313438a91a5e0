import { type Address, bytesToHex0x, type Digest, height, quantityOf } from "@polis/codec";
import { encodeHeader } from "../block/header.ts";
import type { KairosBackend } from "./backend.ts";
import { finalityJson } from "./finalityJson.ts";
import { finalPlace } from "./finalPlace.ts";
import { type Answer, type CallInfo, type Json, type Method, method, plain, refusal, result } from "./method.ts";
import type { ValueOf } from "./paramSpec.ts";
import { checkKept } from "./prunedHistoryError.ts";
import { addressParam, transactionHash } from "./specs.ts";

const maxPage = 100;
const optionFields = [
  { name: "role", type: "text", maxLength: 16, oneOf: ["any", "sender", "recipient", "feePayer"], optional: true },
  { name: "fromHeight", type: "number", maxBits: 53, optional: true },
  { name: "toHeight", type: "number", maxBits: 53, optional: true },
  { name: "limit", type: "number", maxBits: 31, optional: true },
  { name: "cursor", type: "text", maxLength: 64, optional: true },
] as const;
const options = { name: "options", type: "object", fields: optionFields, optional: true } as const;

/** Inclusion proofs and the address index (kairos 16.4, L4). */
export const kairosProofMethods: Readonly<Record<string, Method>> = {
  kairos_getTransactionProof: method(
    [transactionHash],
    (node, [hash], call) => inclusion(node, hash as Digest, "transaction", call),
    20,
  ),
  kairos_getReceiptProof: method(
    [transactionHash],
    (node, [hash], call) => inclusion(node, hash as Digest, "receipt", call),
    20,
  ),
  kairos_getAddressTransactions: method([addressParam, options], addressTransactions, 10),
};

/** The value with the trie nodes that prove it under the header's root, the header, and the proof that it is final. */
async function inclusion(
  node: KairosBackend,
  hash: Digest,
  what: "transaction" | "receipt",
  call: CallInfo | undefined,
): Promise<Answer> {
  const place = finalPlace(node, hash);
  if (place === undefined) return result(null);
  const { block, index } = place;
  const proven = await node.run({ kind: "inclusion", block: block.digest, index, what }, call?.signal);
  if (!proven.ok) return proven;
  const finality = node.finalityProof(block.header.number);
  return result({
    blockHash: `0x${block.digest}`,
    blockNumber: quantityOf(block.header.number),
    index: quantityOf(index),
    ...(plain(proven.value) as Record<string, Json>),
    header: bytesToHex0x(encodeHeader(block.header)),
    finality: finality === undefined ? null : finalityJson(block, finality),
  });
}

const roles: Readonly<Record<string, number>> = { sender: 1, recipient: 2, feePayer: 3 };
const highest = { height: height(Number.MAX_SAFE_INTEGER), index: 0xffff_ffff, role: 255 };

/** Checks the options of a page and leaves the reading to a job. */
function addressTransactions(
  node: KairosBackend,
  [account, chosen]: readonly [string, ValueOf<typeof options>],
  call: CallInfo | undefined,
): Answer | Promise<Answer> {
  const limit = Number(chosen?.limit ?? BigInt(maxPage));
  if (limit < 1 || limit > maxPage) return refusal(-32602, `invalid parameter options.limit: want 1..${maxPage}`);
  const below = startOf(chosen);
  if (below === undefined) return refusal(-32602, "invalid parameter options.cursor: not a cursor of this method");
  const role = chosen?.role === undefined ? undefined : roles[chosen.role];
  for (const bound of [chosen?.fromHeight, chosen?.toHeight]) checkKept(Number(bound ?? 0n), node.earliestHeight());
  const lowest = height(Number(chosen?.fromHeight ?? 0n));
  const job = { kind: "addressTransactions", address: account as Address, role, lowest, below, limit } as const;
  return node.run(job, call?.signal);
}

function startOf(chosen: ValueOf<typeof options>) {
  if (chosen?.cursor !== undefined) {
    const match = /^(\d{1,16})-(\d{1,10})-(\d{1,3})$/.exec(chosen.cursor);
    if (match === null || Number(match[1]) > Number.MAX_SAFE_INTEGER) return undefined;
    if (Number(match[2]) > highest.index || Number(match[3]) > highest.role) return undefined;
    return { height: height(Number(match[1])), index: Number(match[2]), role: Number(match[3]) };
  }
  if (chosen?.toHeight === undefined) return highest;
  return { height: height(Math.min(Number(chosen.toHeight) + 1, highest.height)), index: 0, role: 0 };
}
