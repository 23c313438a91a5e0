import { type Digest, decodeRlpList, digestOf, encodeRlp, ok, type Result } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { type BlockFault, refuseBlock } from "../errors.ts";
import type { KairosParams } from "../params.ts";
import { encodeHeader, type Header, headerFields, readHeader } from "./header.ts";

/** A block as read from its envelope; nothing of it is checked against a parent or a state. */
export interface DecodedBlock {
  readonly header: Header;
  /** keccak of the header's RLP: recomputed here (K4). */
  readonly digest: Digest;
  /** The header's RLP. */
  readonly headerBytes: Uint8Array;
  /** Transaction envelopes: views into the block's bytes. */
  readonly transactions: readonly Uint8Array[];
  /** 96 bytes with `randomness = "seed"`, else undefined. */
  readonly prevSeed: Uint8Array | undefined;
}

const seedBytes = 96;
const none = new Uint8Array(0);

/**
 * The wire and storage form of a block (kairos 5.2): rlp([header, transactions, prevSeed]).
 * @param prevSeed 96 bytes, or undefined when genesis has `randomness = "hash"`
 */
export function encodeBlock(
  header: Header,
  transactions: readonly Uint8Array[],
  prevSeed: Uint8Array | undefined,
): { readonly block: Uint8Array; readonly headerBytes: Uint8Array; readonly digest: Digest } {
  const headerBytes = encodeHeader(header);
  const digest = digestOf(keccak256(headerBytes));
  const rest = encodeRlp([transactions, prevSeed ?? none]);
  return { block: joinList(headerBytes, rest), headerBytes, digest };
}

/**
 * Decodes within all limits of kairos 5.5 (B1); total on any input. Sizes are checked before anything is allocated.
 * @returns BLOCK_TOO_LARGE, BLOCK_LIMITS, BLOCK_FORMAT or BLOCK_HEADER on a fault
 */
export function decodeBlock(
  bytes: Uint8Array,
  params: Pick<KairosParams, "block" | "tx" | "randomness">,
): Result<DecodedBlock, BlockFault> {
  const { block, tx, randomness } = params;
  if (bytes.length > block.maxBytes) return refuseBlock("BLOCK_TOO_LARGE", `${bytes.length} bytes`);
  const maxItems = 4 + headerFields + block.maxTransactions;
  const items = decodeRlpList(bytes, { maxBytes: block.maxBytes, maxItems, maxDepth: 2 });
  if (!items.ok) return refuseBlock("BLOCK_FORMAT", items.fault.code);
  const [headerItem, list, prevSeed] = items.value;
  if (items.value.length !== 3 || headerItem === undefined || list === undefined || prevSeed === undefined) {
    return refuseBlock("BLOCK_FORMAT", "an envelope has three items");
  }
  if (list instanceof Uint8Array) return refuseBlock("BLOCK_FORMAT", "transactions must be a list");
  if (!(prevSeed instanceof Uint8Array)) return refuseBlock("BLOCK_FORMAT", "prevSeed must be bytes");
  if (prevSeed.length !== (randomness === "seed" ? seedBytes : 0))
    return refuseBlock("BLOCK_FORMAT", "prevSeed length");
  if (list.length > block.maxTransactions) return refuseBlock("BLOCK_LIMITS", `${list.length} transactions`);
  for (const envelope of list) {
    if (!(envelope instanceof Uint8Array) || envelope.length === 0) {
      return refuseBlock("BLOCK_FORMAT", "a transaction must be bytes, and not none");
    }
    if (envelope.length > tx.maxBytes) return refuseBlock("BLOCK_LIMITS", `a transaction of ${envelope.length} bytes`);
  }
  const header = readHeader(headerItem);
  if (!header.ok) return header;
  const headerBytes = encodeRlp(headerItem);
  return ok({
    header: header.value,
    digest: digestOf(keccak256(headerBytes)),
    headerBytes,
    transactions: list as readonly Uint8Array[],
    prevSeed: randomness === "seed" ? prevSeed : undefined,
  });
}

/** Puts an encoded item in front of the items of an encoded list. */
function joinList(first: Uint8Array, list: Uint8Array): Uint8Array {
  const head = list[0]!;
  const payloadAt = head < 0xf8 ? 1 : 1 + (head - 0xf7);
  const length = first.length + list.length - payloadAt;
  const lengthBytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) lengthBytes.unshift(rest % 256);
  const out = new Uint8Array(1 + lengthBytes.length + length);
  out[0] = 0xf7 + lengthBytes.length;
  out.set(lengthBytes, 1);
  out.set(first, 1 + lengthBytes.length);
  out.set(list.subarray(payloadAt), 1 + lengthBytes.length + first.length);
  return out;
}
