import { type Address, bytesToHex0x, type Digest, height, quantityOf } from "@polis/codec";
import { listKey, proveInList } from "@polis/state";
import { encodeHeader } from "../block/header.ts";
import { encodeReceipt } from "../receipt/encodeReceipt.ts";
import type { KairosBackend } from "./backend.ts";
import { finalityJson } from "./finalityJson.ts";
import { finalPlace } from "./finalPlace.ts";
import { type Answer, type Json, type Method, method, refusal, result } from "./method.ts";
import type { ValueOf } from "./paramSpec.ts";
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
    (node, [hash]) => inclusion(node, hash as Digest, "transaction"),
    20,
  ),
  kairos_getReceiptProof: method([transactionHash], (node, [hash]) => inclusion(node, hash as Digest, "receipt"), 20),
  kairos_getAddressTransactions: method([addressParam, options], addressTransactions, 10),
};

/** The value with the trie nodes that prove it under the header's root, the header, and the proof that it is final. */
function inclusion(node: KairosBackend, hash: Digest, what: "transaction" | "receipt"): Answer {
  const place = finalPlace(node, hash);
  if (place === undefined) return result(null);
  const { block, index } = place;
  const items =
    what === "transaction"
      ? block.decoded().map(({ envelope }) => envelope)
      : block.receipts().map((receipt) => encodeReceipt(receipt));
  const finality = node.finalityProof(block.header.number);
  return result({
    blockHash: `0x${block.digest}`,
    blockNumber: quantityOf(block.header.number),
    index: quantityOf(index),
    key: bytesToHex0x(listKey(index)),
    value: bytesToHex0x(items[index]!),
    proof: proveInList(items, index).map(bytesToHex0x),
    header: bytesToHex0x(encodeHeader(block.header)),
    finality: finality === undefined ? null : finalityJson(block, finality),
  });
}

const roles: Readonly<Record<string, number>> = { sender: 1, recipient: 2, feePayer: 3 };
const roleNames: Readonly<Record<number, string>> = { 1: "sender", 2: "recipient", 3: "feePayer", 4: "transferLog" };
const highest = { height: height(Number.MAX_SAFE_INTEGER), index: 0xffff_ffff, role: 255 };

/**
 * Pages through the transactions of an account, newest first. The cursor is the place behind which the next page begins,
 * so pages together have each entry exactly once.
 */
function addressTransactions(
  node: KairosBackend,
  [account, chosen]: readonly [string, ValueOf<typeof options>],
): Answer {
  const limit = Number(chosen?.limit ?? BigInt(maxPage));
  if (limit < 1 || limit > maxPage) return refusal(-32602, `invalid parameter options.limit: want 1..${maxPage}`);
  const role = chosen?.role === undefined ? undefined : roles[chosen.role];
  const lowest = chosen?.fromHeight ?? 0n;
  let below = startOf(chosen);
  if (below === undefined) return refusal(-32602, "invalid parameter options.cursor: not a cursor of this method");
  const items: Json[] = [];
  let more = true;
  while (items.length < limit && more) {
    const places = node.addressPlaces(account as Address, below, maxPage);
    more = places.length === maxPage;
    for (const place of places) {
      if (BigInt(place.height) < lowest || items.length === limit) {
        more = items.length === limit && BigInt(place.height) >= lowest;
        break;
      }
      below = place;
      if (role === undefined || place.role === role) items.push(placeJson(node, place));
    }
  }
  const nextCursor = more ? `${below.height}-${below.index}-${below.role}` : null;
  return result({ items, nextCursor });
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

function placeJson(
  node: KairosBackend,
  place: { readonly height: number; readonly index: number; readonly role: number },
): Json {
  const block = node.blockByHeight(height(place.height));
  const transaction = block?.decoded()[place.index];
  return {
    hash: transaction === undefined ? null : `0x${transaction.hash}`,
    blockNumber: quantityOf(place.height),
    transactionIndex: quantityOf(place.index),
    role: roleNames[place.role] ?? "unknown",
    blockTimestamp: block === undefined ? null : quantityOf(block.header.timestampS),
  };
}
