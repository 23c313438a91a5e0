import { concatBytes, type Digest, digest, digestOf } from "@polis/codec";
import { blake3, ed25519, proveVrf } from "@polis/crypto";
import { realVoteSignatures, type VoteSignatures } from "@polis/finality";
import {
  blockHash,
  type Header,
  headerMessage,
  realSignatures,
  type Signatures,
  type SignedTransaction,
  signingMessage,
  type Transaction,
  type TransactionCodec,
  type UnsignedHeader,
} from "@polis/kratos";
import { mockTextDigest } from "@polis/simulator";

/** Somebody with a key. */
export interface Person {
  readonly account: Digest;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/** All cryptography of a simulated network: real, or cheap and deterministic. */
export interface SimCrypto {
  readonly signatures: Signatures;
  readonly votes: VoteSignatures;
  /** The n-th person, always the same. */
  person(n: number): Person;
  /** 80 bytes. */
  prove(who: Person, input: Uint8Array): Uint8Array;
  signHeader(chainIdentity: Uint8Array, header: UnsignedHeader, who: Person): Header;
  signTransaction(chainIdentity: Uint8Array, transaction: Transaction, who: Person): SignedTransaction;
}

/** Ed25519 and ECVRF. */
export function realCrypto(codec: TransactionCodec): SimCrypto {
  return {
    signatures: realSignatures(codec),
    votes: realVoteSignatures,
    person(n) {
      const secret = blake3(Uint8Array.of(0x4b, n & 0xff, n >> 8));
      return { account: digestOf(ed25519.publicKey(secret)), secret };
    },
    prove: ({ secret }, input) => proveVrf(secret, input).proof,
    signHeader: (chainIdentity, header, { secret }) => ({
      ...header,
      signature: ed25519.sign(headerMessage(chainIdentity, header), secret),
    }),
    signTransaction: (chainIdentity, transaction, { secret }) => ({
      transaction,
      signature: ed25519.sign(signingMessage(codec, chainIdentity, transaction), secret),
    }),
  };
}

/**
 * Fingerprints instead of signatures. They name signer and message, so that a signature of something else, by somebody else
 * or for another chain does not pass; nobody in a simulation computes one that is not its own.
 */
export function mockCrypto(codec: TransactionCodec): SimCrypto {
  const headerMark = (chainIdentity: Uint8Array, header: UnsignedHeader, author: Digest) =>
    mark("header", chainIdentity, author, blockHash(header));
  const transactionMark = (chainIdentity: Uint8Array, transaction: Transaction) =>
    mark("transaction", chainIdentity, transaction.sender, signingMessage(codec, chainIdentity, transaction).toHex());
  const voteMark: (...vote: Parameters<VoteSignatures["verify"]>) => Uint8Array = (chainIdentity, vote, voter) =>
    mark(
      "vote",
      chainIdentity,
      voter,
      `${vote.type} ${vote.target.hash} ${vote.target.number} ${vote.round} ${vote.set}`,
    );
  const verifyVote: VoteSignatures["verify"] = (chainIdentity, vote, voter) =>
    isEqual(vote.signature, voteMark(chainIdentity, vote, voter));
  return {
    signatures: {
      header: (chainIdentity, header) => isEqual(header.signature, headerMark(chainIdentity, header, header.author)),
      transaction: (chainIdentity, { transaction, signature }) =>
        isEqual(signature, transactionMark(chainIdentity, transaction)),
      vote: verifyVote,
      vrf: (publicKey, input, proof) => (isEqual(proof, proofOf(publicKey, input)) ? outputOf(proof) : undefined),
    },
    votes: {
      sign: (chainIdentity, vote, secret) => voteMark(chainIdentity, { ...vote, signature: secret }, digestOf(secret)),
      verify: verifyVote,
    },
    // Without signatures an account needs no key behind it: the secret is the account.
    person(n) {
      const account = digest(mockTextDigest(`person ${n}`));
      return { account, secret: Uint8Array.fromHex(account) };
    },
    prove: ({ secret }, input) => proofOf(secret, input),
    signHeader: (chainIdentity, header, { account }) => ({
      ...header,
      signature: headerMark(chainIdentity, header, account),
    }),
    signTransaction: (chainIdentity, transaction) => ({
      transaction,
      signature: transactionMark(chainIdentity, transaction),
    }),
  };
}

function mark(kind: string, chainIdentity: Uint8Array, signer: string, message: string): Uint8Array {
  const half = Uint8Array.fromHex(mockTextDigest(`${kind} ${chainIdentity.toHex()} ${signer} ${message}`));
  return concatBytes(half, half);
}

function proofOf(key: Uint8Array, input: Uint8Array): Uint8Array {
  const part = Uint8Array.fromHex(mockTextDigest(`vrf ${key.toHex()} ${input.toHex()}`));
  return concatBytes(part, part, part.subarray(0, 16));
}

function outputOf(proof: Uint8Array): Uint8Array {
  return concatBytes(proof.subarray(0, 32), proof.subarray(32, 64));
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
