import { verifyVrf } from "@polis/crypto";
import { realVoteSignatures, type VoteSignatures } from "@polis/finality";
import type { SignedTransaction, TransactionCodec } from "../transaction/transaction.ts";
import { hasValidSignature } from "../transaction/transaction.ts";
import { type Header, isSignedByAuthor } from "./header.ts";

/** The four checks of cryptography in a block; a simulator of many years brings cheaper ones. */
export interface Signatures {
  header(chainIdentity: Uint8Array, header: Header): boolean;
  transaction(chainIdentity: Uint8Array, signed: SignedTransaction): boolean;
  /** A finality vote, in justifications and in evidence. */
  readonly vote: VoteSignatures["verify"];
  /** The 64-byte output of a proof, or undefined when it is not the author's proof of the input. */
  vrf(publicKey: Uint8Array, input: Uint8Array, proof: Uint8Array): Uint8Array | undefined;
}

/** Ed25519 and ECVRF. */
export function realSignatures(codec: TransactionCodec): Signatures {
  return {
    header: isSignedByAuthor,
    transaction: (chainIdentity, signed) => hasValidSignature(codec, chainIdentity, signed),
    vote: realVoteSignatures.verify,
    vrf: verifyVrf,
  };
}
