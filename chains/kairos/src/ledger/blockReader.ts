import type { Result } from "@polis/codec";
import { trieRootOfList } from "@polis/state";
import { type DecodedBlock, decodeBlock } from "../block/envelope.ts";
import { prevRandao } from "../block/prevRandao.ts";
import type { BlockFault } from "../errors.ts";
import type { KairosParams } from "../params.ts";

/** Decodes blocks and compares bodies with headers, once for each array of bytes: consensus asks for the same one often. */
export interface BlockReader {
  /** As `decodeBlock`. The bytes must not be written to afterwards. */
  decode(bytes: Uint8Array): Result<DecodedBlock, BlockFault>;
  /** Whether the header's transactionsRoot is that of the body (B8). */
  hasOwnTransactions(block: DecodedBlock): boolean;
  /**
   * Whether the body is the one that the header, and so the digest, commits to (K4, testing Z5): its transactions, and the
   * seed behind mixHash (K19). False for bytes that are no block.
   */
  isWhole(bytes: Uint8Array): boolean;
}

/** @param params limits of kairos 5.5 and how blocks carry randomness */
export function createBlockReader(params: Pick<KairosParams, "block" | "tx" | "randomness">): BlockReader {
  // Entries live as long as the bytes that they were read from.
  const decoded = new WeakMap<Uint8Array, DecodedBlock>();
  const fitting = new WeakSet<DecodedBlock>();

  function decode(bytes: Uint8Array): Result<DecodedBlock, BlockFault> {
    const known = decoded.get(bytes);
    if (known !== undefined) return { ok: true, value: known };
    const fresh = decodeBlock(bytes, params);
    if (fresh.ok) decoded.set(bytes, fresh.value);
    return fresh;
  }

  function hasOwnTransactions(block: DecodedBlock): boolean {
    if (fitting.has(block)) return true;
    if (trieRootOfList(block.transactions) !== block.header.transactionsRoot) return false;
    fitting.add(block);
    return true;
  }

  return {
    decode,
    hasOwnTransactions,
    isWhole(bytes) {
      const block = decode(bytes);
      if (!block.ok) return false;
      const { header, prevSeed } = block.value;
      const randao = prevRandao(header.parentHash, header.extra.view, prevSeed);
      return header.mixHash === randao && hasOwnTransactions(block.value);
    },
  };
}
