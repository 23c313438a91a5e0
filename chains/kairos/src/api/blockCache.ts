import type { Digest } from "@polis/codec";
import { decodeBlock } from "../block/envelope.ts";
import { storedTransaction } from "../calls/storedTransaction.ts";
import type { KairosReader, StoredHeader } from "../ledger/types.ts";
import type { Receipt } from "../receipt/encodeReceipt.ts";
import type { DecodedTransaction, VerifiedTransaction } from "../transaction/types.ts";
import type { ApiBlock } from "./backend.ts";
import { checkKept } from "./prunedHistoryError.ts";

interface Kept {
  readonly block: ApiBlock;
  readonly weight: number;
}

/** Blocks kept, and transactions of all kept blocks together. */
const maxBlocks = 32;
const maxTransactions = 50_000;

/**
 * Gives the body of a block once and remembers it: a client that asks for the receipts of a full block one by one must
 * not make the node read the whole block for each. Bounded by blocks and by transactions; the oldest goes first.
 */
export function createBlockCache(reader: KairosReader): (stored: StoredHeader) => ApiBlock {
  const kept = new Map<Digest, Kept>();
  let weight = 0;
  return (stored) => {
    const found = kept.get(stored.digest);
    if (found !== undefined) return found.block;
    const block = lazyBlock(reader, stored);
    // A transaction takes at least 12,000 gas (T13), so the header alone bounds how many there are.
    const own = Number(stored.header.gasUsed / 12_000n) + 1;
    kept.set(stored.digest, { block, weight: own });
    weight += own;
    for (const [digest, old] of kept) {
      if (kept.size <= maxBlocks && weight <= maxTransactions) break;
      kept.delete(digest);
      weight -= old.weight;
    }
    return block;
  };
}

function lazyBlock(reader: KairosReader, { digest, header }: StoredHeader): ApiBlock {
  let transactions: readonly VerifiedTransaction[] | undefined;
  let decoded: readonly DecodedTransaction[] | undefined;
  let receipts: readonly Receipt[] | undefined;
  const envelopes = () => {
    const found = envelopesOf(reader, digest);
    // A block may be dropped between the look for it and the look into it (kairos 6.4).
    if (found === undefined) checkKept(header.number, reader.lowestHeight());
    return found ?? [];
  };
  const decode = (envelope: Uint8Array) => storedTransaction(envelope, reader.params);
  return {
    digest,
    header,
    sizeBytes: () => reader.blockByDigest(digest)?.length ?? 0,
    envelope: () => reader.blockByDigest(digest),
    transactions() {
      transactions ??= reader.transactionsOf(digest);
      if (transactions === undefined) checkKept(header.number, reader.lowestHeight());
      return transactions ?? [];
    },
    transactionAt: (index) => transactions?.[index] ?? reader.transactionAt(digest, index),
    decoded() {
      decoded ??= transactions?.map(({ transaction }) => transaction) ?? envelopes().map(decode);
      return decoded;
    },
    sample(most) {
      if (decoded !== undefined) return spaced(decoded, most);
      return spaced(envelopes(), most).map(decode);
    },
    receipts() {
      // A speculative block has none in the store yet; nothing is remembered until it is final.
      if (receipts === undefined && reader.heightOf(digest) !== undefined) {
        receipts = reader.receiptsByHeight(header.number);
        if (receipts === undefined) checkKept(header.number, reader.lowestHeight());
      }
      return receipts ?? [];
    },
  };
}

function envelopesOf(reader: KairosReader, digest: Digest): readonly Uint8Array[] | undefined {
  const bytes = reader.blockByDigest(digest);
  const block = bytes === undefined ? undefined : decodeBlock(bytes, reader.params);
  return block?.ok === true ? block.value.transactions : undefined;
}

/** At most `most` of a list: the middles of that many equal parts. */
function spaced<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, i) => list[Math.floor(((2 * i + 1) * list.length) / (2 * most))]!);
}
