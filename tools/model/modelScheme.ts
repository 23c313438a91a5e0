import type { ValidatorIndex } from "../../kernel/codec/src/index.ts";
import type { Certificate, CertificateKind, Vote, VoteKeys, VoteScheme } from "../../kernel/crypto/src/votes/types.ts";

/** In the model a signature is the name of its signer. Certificates list their signers in the bitmap. */
export function createModelScheme(n: number, f: number): VoteScheme {
  const quorumOf = (kind: CertificateKind): number => (kind === "finalization" ? n - f : 2 * f + 1);
  const signersOf = (certificate: Certificate): readonly ValidatorIndex[] =>
    ([...Array(n).keys()] as ValidatorIndex[]).filter((i) => (certificate.bitmap[i >> 3]! >> (i & 7)) & 1);
  const signed = (signer: number, sig: Uint8Array): boolean => sig.length === 1 && sig[0] === signer;
  return {
    name: "multisig",
    n,
    f,
    quorumM: 2 * f + 1,
    quorumL: n - f,
    voteSigBytes: { notarize: 1, nullify: 1 },
    verifyVote: (vote) => signed(vote.signer, vote.sig),
    verifyProposal: (signer, _claim, sig) => signed(signer, sig),
    verifyStatus: (signer, _claim, sig) => signed(signer, sig),
    assemble: (kind, votes) => ({ ok: true, certificate: certificateOf(kind, votes, n) }),
    verifyCertificate: (certificate) => signersOf(certificate).length >= quorumOf(certificate.kind),
    signers: signersOf,
  };
}

/** The keys of one replica of the model. */
export function createModelKeys(index: number): VoteKeys {
  const sign = (): Uint8Array => Uint8Array.of(index);
  return {
    index: index as ValidatorIndex,
    signNotarize: sign,
    signNullify: sign,
    signProposal: sign,
    signStatus: sign,
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
