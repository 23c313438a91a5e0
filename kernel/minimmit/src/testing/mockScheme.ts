import { asciiBytes, type Digest, type Epoch, equalBytes, type ValidatorIndex, type View } from "@polis/codec";
import {
  bitmapOf,
  type Certificate,
  type CertificateKind,
  type ProposalClaim,
  type StatusClaim,
  signersOf,
  type Vote,
  type VoteKeys,
  type VoteScheme,
} from "@polis/crypto";

/** Spreads a text over 96 bytes; no security, only distinct values for distinct texts. */
function stamp(text: string): Uint8Array {
  const out = new Uint8Array(96);
  let h = 0x811c9dc5;
  for (const byte of asciiBytes(text)) h = Math.imul(h ^ byte, 0x01000193) >>> 0;
  for (let i = 0; i < 96; i++) {
    h = Math.imul(h ^ (h >>> 15) ^ i, 0x2c1b3c6d) >>> 0;
    out[i] = h >>> 24;
  }
  return out;
}

const messageOf = (vote: { view: View; digest?: Digest | undefined }): string =>
  `${vote.view}/${vote.digest ?? "null"}`;
const proposalText = (claim: ProposalClaim): string =>
  `propose/${claim.view}/${claim.digest}/${claim.parentView}/${claim.parentDigest}`;
const statusText = (claim: StatusClaim): string =>
  `status/${claim.view}/${claim.lastFinalizedView}/${claim.lastFinalizedDigest}/${claim.nonce.toHex()}`;

/** seed(view) of the mock scheme, 96 bytes. */
export function mockSeed(view: View): Uint8Array {
  return stamp(`seed/${view}`);
}

/** A cheap scheme for tests: a signature is a stamp of (signer, text), a certificate a stamp of (bitmap, message). */
export function createMockScheme(n: number, f: number, accountable = true, seeds = false): VoteScheme {
  const quorumM = 2 * f + 1;
  const quorumL = n - f;
  const certificateSig = (bitmap: Uint8Array, message: string): Uint8Array =>
    stamp(`cert/${bitmap.toHex()}/${message}`);
  const digestOfVote = (vote: Vote): Digest | undefined => (vote.kind === "notarize" ? vote.digest : undefined);
  const verifyVote = (vote: Vote): boolean =>
    equalBytes(
      vote.sig,
      stamp(`${vote.signer}/${vote.epoch}/${messageOf({ view: vote.view, digest: digestOfVote(vote) })}`),
    );
  return {
    name: "multisig",
    n,
    f,
    quorumM,
    quorumL,
    voteSigBytes: { notarize: 96, nullify: 96 },
    verifyVote,
    verifyProposal: (signer, claim, sig) => equalBytes(sig, stamp(`${signer}/${proposalText(claim)}`)),
    verifyStatus: (signer, claim, sig) => equalBytes(sig, stamp(`${signer}/${statusText(claim)}`)),
    assemble(kind: CertificateKind, votes: readonly Vote[]) {
      const culprits = votes.filter((vote) => !verifyVote(vote)).map((vote) => vote.signer);
      if (culprits.length > 0) return { ok: false, culprits };
      const { view, epoch } = votes[0]!;
      const digest = digestOfVote(votes[0]!);
      const signers = votes.map((vote) => vote.signer).sort((a, b) => a - b);
      const bitmap = bitmapOf(signers, n);
      const signature = certificateSig(bitmap, messageOf({ view, digest }));
      const certificate: Certificate = {
        kind,
        scheme: "multisig",
        epoch,
        view,
        digest,
        bitmap,
        signature,
        seed: seeds ? mockSeed(view) : undefined,
      };
      return { ok: true, certificate };
    },
    verifyCertificate(certificate) {
      const signers = signersOf(certificate.bitmap, n);
      const need = certificate.kind === "finalization" ? quorumL : quorumM;
      if (signers === undefined || signers.length < need) return false;
      return equalBytes(certificate.signature, certificateSig(certificate.bitmap, messageOf(certificate)));
    },
    verifySeed: (view, seed) => equalBytes(seed, mockSeed(view)),
    signers: (certificate) => (accountable ? signersOf(certificate.bitmap, n) : undefined),
  };
}

/** The keys of validator `index` in the mock scheme. */
export function createMockKeys(index: ValidatorIndex): VoteKeys {
  const sign = (epoch: Epoch, view: View, digest: Digest | undefined): Uint8Array =>
    stamp(`${index}/${epoch}/${messageOf({ view, digest })}`);
  return {
    index,
    signNotarize: (epoch, view, digest) => sign(epoch, view, digest),
    signNullify: (epoch, view) => sign(epoch, view, undefined),
    signProposal: (claim) => stamp(`${index}/${proposalText(claim)}`),
    signStatus: (claim) => stamp(`${index}/${statusText(claim)}`),
  };
}
