import {
  asciiBytes,
  concatBytes,
  type Digest,
  digestOf,
  encodeKce,
  type Kce,
  kceCounter,
  kceDigest,
  kceFixed,
  kceRecord,
} from "@polis/codec";
import { blake3, ed25519 } from "@polis/crypto";
import type { AccountId } from "../identifiers.ts";
import { domains } from "../params/domains.ts";
import type { Call } from "../runtime/call.ts";

/** What an account asks for (kratos-core 2.2). */
export interface Transaction {
  readonly sender: AccountId;
  readonly nonce: number;
  readonly call: Call;
  /** Unix seconds; for display only. */
  readonly timestamp: number;
}

/** A transaction with its sender's signature, 64 bytes. */
export interface SignedTransaction {
  readonly transaction: Transaction;
  readonly signature: Uint8Array;
}

/** Longest encoding of a signed transaction (kratos-core 2.3). */
export const MAX_TRANSACTION_BYTES = 131_072;

const PREFIX = asciiBytes(domains.transaction);

/** The encodings of transactions whose calls are those of a runtime. */
export interface TransactionCodec {
  readonly transaction: Kce<Transaction>;
  readonly signed: Kce<SignedTransaction>;
}

/** @param call the runtime's encoding of calls */
export function transactionCodec(call: Kce<Call>): TransactionCodec {
  const transaction = kceRecord({ sender: kceDigest, nonce: kceCounter, call, timestamp: kceCounter });
  return { transaction, signed: kceRecord({ transaction, signature: kceFixed(64) }) };
}

/** BLAKE3 of the transaction without its signature (kratos-core 2.2). */
export function transactionHash({ transaction: codec }: TransactionCodec, transaction: Transaction): Digest {
  return digestOf(blake3(encodeKce(codec, transaction)));
}

/** The bytes that the sender signs. @param chainIdentity 32 bytes */
export function signingMessage(
  { transaction: codec }: TransactionCodec,
  chainIdentity: Uint8Array,
  transaction: Transaction,
): Uint8Array {
  return concatBytes(PREFIX, chainIdentity, encodeKce(codec, transaction));
}

/** Signs a transaction. @param secret the sender's Ed25519 seed, 32 bytes */
export function signTransaction(
  codec: TransactionCodec,
  chainIdentity: Uint8Array,
  transaction: Transaction,
  secret: Uint8Array,
): SignedTransaction {
  return { transaction, signature: ed25519.sign(signingMessage(codec, chainIdentity, transaction), secret) };
}

/** True when the sender signed this transaction for this chain. */
export function hasValidSignature(
  codec: TransactionCodec,
  chainIdentity: Uint8Array,
  { transaction, signature }: SignedTransaction,
): boolean {
  const message = signingMessage(codec, chainIdentity, transaction);
  return ed25519.verify(message, signature, Uint8Array.fromHex(transaction.sender));
}
