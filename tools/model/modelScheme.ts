import type { Digest, ValidatorIndex } from "../../kernel/codec/src/index.ts";
import type { Certificate, CertificateKind, Vote, VoteKeys, VoteScheme } from "../../kernel/crypto/src/votes/types.ts";
import { blockOfDigest } from "./modelBlocks.ts";

/**
 * What stands for a signature: the signer, the view, and the block's salt or 255. It says who signed what, and no more.
 *
 * @param digest absent for a nullify
 */
export function modelSignature(signer: number, view: number, digest: Digest | undefined): Uint8Array {
  return Uint8Array.of(signer, view, digest === undefined ? 255 : blockOfDigest(digest).salt);
}

/** The scheme that goes with these signatures. Certificates list their signers in the bitmap. */
export function createModelScheme(n: number, f: number): VoteScheme {
  const quorumOf = (kind: CertificateKind): number => (kind === "finalization" ? n - f : 2 * f + 1);
  const signersOf = (certificate: Certificate): readonly ValidatorIndex[] =>
    ([...Array(n).keys()] as ValidatorIndex[]).filter((i) => (certificate.bitmap[i >> 3]! >> (i & 7)) & 1);
  const signed = (signer: number, view: number, digest: Digest | undefined, sig: Uint8Array): boolean =>
    Buffer.compare(sig, modelSignature(signer, view, digest)) === 0;
  return {
    name: "multisig",
    n,
    f,
    quorumM: 2 * f + 1,
    quorumL: n - f,
    voteSigBytes: { notarize: 3, nullify: 3 },
    verifyVote: (vote) => signed(vote.signer, vote.view, vote.kind === "notarize" ? vote.digest : undefined, vote.sig),
    verifyProposal: (signer, claim, sig) => signed(signer, claim.view, claim.digest, sig),
    verifyStatus: (signer, claim, sig) => signed(signer, claim.view, undefined, sig),
    assemble: (kind, votes) => ({ ok: true, certificate: certificateOf(kind, votes, n) }),
    verifyCertificate: (certificate) => signersOf(certificate).length >= quorumOf(certificate.kind),
    signers: signersOf,
  };
}

/** The keys of one replica of the model. */
export function createModelKeys(index: number): VoteKeys {
  return {
    index: index as ValidatorIndex,
    signNotarize: (_epoch, view, digest) => modelSignature(index, view, digest),
    signNullify: (_epoch, view) => modelSignature(index, view, undefined),
    signProposal: (claim) => modelSignature(index, claim.view, claim.digest),
    signStatus: (claim) => modelSignature(index, claim.view, undefined),
  };
}

/** A certificate of these votes. */
export function certificateOf(kind: CertificateKind, votes: readonly Vote[], n: number): Certificate {
  const [vote] = votes;
  if (vote === undefined) throw new Error("a certificate needs votes");
  const bitmap = new Uint8Array((n + 7) >> 3);
  for (const { signer } of votes) bitmap[signer >> 3]! |= 1 << (signer & 7);
  return {
    kind,
    scheme: "multisig",
    epoch: vote.epoch,
    view: vote.view,
    digest: vote.kind === "notarize" ? vote.digest : undefined,
    bitmap,
    signature: new Uint8Array(96),
    seed: undefined,
  };
}
