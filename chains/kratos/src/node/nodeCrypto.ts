import { proveVrf } from "@polis/crypto";
import { realVoteSignatures, type VoteSignatures } from "@polis/finality";
import { type Header, signHeader, type UnsignedHeader } from "../block/header.ts";
import {
  type SignedTransaction,
  signTransaction,
  type Transaction,
  type TransactionCodec,
} from "../transaction/transaction.ts";

/** What a validator makes with its secret; a simulator brings cheaper ways. */
export interface NodeCrypto {
  readonly votes: VoteSignatures;
  /** The proof of an input, 80 bytes (kratos-core 6.6). @param secret Ed25519 seed, 32 bytes */
  prove(secret: Uint8Array, input: Uint8Array): Uint8Array;
  /** @param chainIdentity 32 bytes */
  signHeader(chainIdentity: Uint8Array, header: UnsignedHeader, secret: Uint8Array): Header;
  /** @param chainIdentity 32 bytes */
  signTransaction(chainIdentity: Uint8Array, transaction: Transaction, secret: Uint8Array): SignedTransaction;
}

/** Ed25519 and ECVRF. */
export function realNodeCrypto(codec: TransactionCodec): NodeCrypto {
  return {
    votes: realVoteSignatures,
    prove: (secret, input) => proveVrf(secret, input).proof,
    signHeader,
    signTransaction: (chainIdentity, transaction, secret) => signTransaction(codec, chainIdentity, transaction, secret),
  };
}
