import { type Digest, type Kce, kceList, kceRecord } from "@polis/codec";
import type { SignedTransaction, TransactionCodec } from "../transaction/transaction.ts";
import { type Header, kceHeader } from "./header.ts";

/** A header with its transactions. */
export interface Block {
  readonly header: Header;
  readonly transactions: readonly SignedTransaction[];
}

/** Limits of kratos-core 3.2. */
export const MAX_BLOCK_BYTES = 1_000_000;
export const MAX_TRANSACTIONS = 1_000;
export const MAX_OTHER_TRANSACTIONS = 900;
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
