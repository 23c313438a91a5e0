import type { Hex } from "../text/hex.ts";

/** An account after the last final block. */
export interface AccountState {
  readonly address: Hex;
  readonly exists: boolean;
  /** 10^-18 USDC. */
  readonly balance: bigint;
  /** Whole units of the face, 10^-6 USDC. */
  readonly usdc6: bigint;
  readonly nonce: bigint;
}

/** A final block. */
export interface Block {
  readonly height: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly view: number;
  readonly timestampMs: number;
  readonly proposer: Hex;
  readonly stateRoot: Hex;
  readonly transactionsRoot: Hex;
  readonly receiptsRoot: Hex;
  readonly gasUsed: bigint;
  readonly gasLimit: bigint;
  /** 10^-18 USDC per gas. */
  readonly baseFee: bigint;
  readonly transactionCount: number;
  /** Present when they were asked for. */
  readonly transactions: readonly Transaction[] | undefined;
}

/** One transfer of a payment. */
export interface PaymentEntry {
  readonly to: Hex;
  /** 10^-6 USDC. */
  readonly amount: bigint;
  readonly memo: Hex;
}

/** A transaction of any type. */
export interface Transaction {
  readonly hash: Hex;
  /** EIP-2718 type; 0x4b is a payment. */
  readonly type: number;
  readonly from: Hex;
  /** Null when it creates a contract; of a payment the first recipient. */
  readonly to: Hex | null;
  /** 10^-18 USDC; of a payment the sum. */
  readonly value: bigint;
  readonly nonce: bigint;
  /** Gas limit. */
  readonly gas: bigint;
  readonly input: Hex;
  /** Empty for Ethereum's types. */
  readonly payments: readonly PaymentEntry[];
  /** Null when the sender pays the fee. */
  readonly feePayer: Hex | null;
}

/** One log of a receipt. */
export interface TransactionLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

/** A transaction in a final block, and what came of it. */
export interface FinalTransaction extends Transaction {
  readonly height: number;
  readonly blockHash: Hex;
  readonly index: number;
  readonly timestampMs: number;
  readonly status: "succeeded" | "failed";
  readonly gasUsed: bigint;
  /** 10^-18 USDC. */
  readonly fee: bigint;
  readonly logs: readonly TransactionLog[];
}

/** Where a transaction is. */
export type TransactionStatus =
  | { readonly state: "unknown" | "queued" | "pending" }
  | { readonly state: "inBlock"; readonly blockHash: Hex }
  | { readonly state: "final"; readonly height: number }
  | { readonly state: "dropped"; readonly reason: string };

/** Why a transaction is in an account's history. */
export type AddressRole = "sender" | "recipient" | "feePayer" | "transferLog";

/** One entry of an account's history. */
export interface HistoryEntry {
  readonly role: AddressRole;
  readonly transaction: FinalTransaction;
}

/** Which part of an account's history. */
export interface HistoryQuery {
  readonly role?: "any" | "sender" | "recipient" | "feePayer";
  readonly fromHeight?: number;
  readonly toHeight?: number;
  /** 1 to 100, the default. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

/** A page of an account's history, newest first. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** Where the next page begins; undefined at the end. */
  readonly next: string | undefined;
}
