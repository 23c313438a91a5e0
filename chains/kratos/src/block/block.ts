import { type Digest, type Kce, kceList, kceRecord } from "@polis/codec";
import type { SignedTransaction, TransactionCodec } from "../transaction/transaction.ts";
import { type Header, kceHeader } from "./header.ts";

/** A header with its transactions. */
export interface Block {
  readonly header: Header;
  readonly transactions: readonly SignedTransaction[];
}

/** Bytes of an encoded block at most (kratos-core 3.2). */
export const MAX_BLOCK_BYTES = 1_000_000;
/** Transactions of a block at most. */
export const MAX_TRANSACTIONS = 1_000;
/** Transactions that are no exits, so that a tenth of every block is left to exits. */
export const MAX_OTHER_TRANSACTIONS = 900;
/** Bytes of those. */
export const MAX_OTHER_BYTES = 900_000;

/** A block on the wire and on disk. */
export function kceBlock({ signed }: TransactionCodec): Kce<Block> {
  return kceRecord({ header: kceHeader, transactions: kceList(signed, MAX_TRANSACTIONS) });
}

/** What a child needs of its parent. */
export interface ParentBlock {
  readonly hash: Digest;
  readonly header: Header;
}
