import type { Digest, Epoch, ValidatorIndex, View } from "@polis/codec";

/** A vote to finalize `digest` in `view` (kairos 4.2). `sig` is the scheme's voteSig (kairos 4.4). */
export interface Notarize {
  readonly kind: "notarize";
  readonly epoch: Epoch;
  readonly view: View;
  readonly digest: Digest;
  readonly signer: ValidatorIndex;
  readonly sig: Uint8Array;
}

/** A vote to leave `view` without a block (kairos 4.2). */
export interface Nullify {
  readonly kind: "nullify";
  readonly epoch: Epoch;
  readonly view: View;
  readonly signer: ValidatorIndex;
  readonly sig: Uint8Array;
}

/** What a validator says about a view. */
export type Vote = Notarize | Nullify;
/** What a certificate proves: M for a block, M for leaving the view, L for a block (kairos 4.2). */
export type CertificateKind = "notarization" | "nullification" | "finalization";
/** The two certificate schemes; genesis chooses one (kairos 3.4). */
export type SchemeName = "multisig" | "threshold";

/** Proof that a quorum voted: at least M = 2f+1 (notarization, nullification) or L = n-f (finalization) (kairos 3.4). */
export interface Certificate {
  readonly kind: CertificateKind;
  readonly scheme: SchemeName;
  readonly epoch: Epoch;
  readonly view: View;
  /** Absent exactly for a nullification. */
  readonly digest: Digest | undefined;
  /** Bit i of byte i>>3, least significant first; empty in the threshold scheme. */
  readonly bitmap: Uint8Array;
  /** 96 bytes, compressed G2. */
  readonly signature: Uint8Array;
  /** 96 bytes when genesis has `randomness = "seed"`. */
  readonly seed: Uint8Array | undefined;
}

/** What a leader signs beside its own notarize (kairos K1, "propose"). */
export interface ProposalClaim {
  readonly epoch: Epoch;
  readonly view: View;
  readonly digest: Digest;
  readonly parentView: View;
  readonly parentDigest: Digest;
}

/** What a status answer signs (kairos K1, "status"). `nonce` is 32 bytes. */
export interface StatusClaim {
  readonly epoch: Epoch;
  readonly view: View;
  readonly lastFinalizedView: View;
  readonly lastFinalizedDigest: Digest;
  readonly nonce: Uint8Array;
}

/** Votes combined into a certificate, or the signers whose votes were wrong (kairos K16). */
export type Assembled =
  | { readonly ok: true; readonly certificate: Certificate }
  | { readonly ok: false; readonly culprits: readonly ValidatorIndex[] };

/**
 * One certificate scheme of one epoch (kairos 3.4): the public side. Synchronous and total on peer input; nothing above
 * it depends on which scheme is active. The simulator has a cheap one of its own.
 */
export interface VoteScheme {
  readonly name: SchemeName;
  readonly n: number;
  readonly f: number;
  /** M = 2f+1. */
  readonly quorumM: number;
  /** L = n-f. */
  readonly quorumL: number;
  /** Exact byte length of the voteSig of each kind of vote. */
  readonly voteSigBytes: { readonly notarize: number; readonly nullify: number };
  verifyVote(vote: Vote): boolean;
  verifyProposal(signer: ValidatorIndex, claim: ProposalClaim, sig: Uint8Array): boolean;
  verifyStatus(signer: ValidatorIndex, claim: StatusClaim, sig: Uint8Array): boolean;
  /** Optimistic: combines, verifies once, and searches culprits on failure. Votes are of distinct signers, at least the quorum. */
  assemble(kind: CertificateKind, votes: readonly Vote[]): Assembled;
  verifyCertificate(certificate: Certificate): boolean;
  /** Checks seed(view) alone, as a block carries it (kairos K18, B7). Absent in schemes without seeds. */
  verifySeed?(view: View, seed: Uint8Array): boolean;
  /** Signers in ascending order, or undefined when the scheme is not accountable. */
  signers(certificate: Certificate): readonly ValidatorIndex[] | undefined;
}

/**
 * Whoever signs for this validator, perhaps another process. Deterministic: the same claim gives the same bytes, or
 * undefined while the signer cannot be reached, and when it refuses because the claim contradicts an earlier one.
 */
export interface VoteSigner {
  readonly index: ValidatorIndex;
  signNotarize(epoch: Epoch, view: View, digest: Digest): Uint8Array | undefined;
  signNullify(epoch: Epoch, view: View): Uint8Array | undefined;
  signProposal(claim: ProposalClaim): Uint8Array | undefined;
  signStatus(claim: StatusClaim): Uint8Array | undefined;
}

/** The private side: this validator's keys, which always sign. */
export interface VoteKeys extends VoteSigner {
  readonly index: ValidatorIndex;
  signNotarize(epoch: Epoch, view: View, digest: Digest): Uint8Array;
  signNullify(epoch: Epoch, view: View): Uint8Array;
  signProposal(claim: ProposalClaim): Uint8Array;
  signStatus(claim: StatusClaim): Uint8Array;
}
