import type { Digest, Epoch, ValidatorIndex, View } from "@polis/codec";
import type {
  Assembled,
  Certificate,
  CertificateKind,
  ProposalClaim,
  SchemeName,
  StatusClaim,
  Vote,
  VoteKeys,
  VoteScheme,
} from "@polis/crypto";
import { mix32 } from "../random/prng.ts";
import type { SchemeFactory } from "../types.ts";
import { digestWord } from "./mockDigest.ts";

/** As long as a real signature, so that sizes, limits and the wire format are those of the product. */
const SIGNATURE_BYTES = 96;
const NOTARIZE = 1;
const NULLIFY = 2;
const PROPOSE = 3;
const STATUS = 4;

/** The two 32-bit words of a signature: a keyed hash that only the holder of `secret` can make. */
export function words(secret: number, kind: number, epoch: Epoch, view: View, fields: number): [number, number] {
  const a = mix32(secret ^ Math.imul(kind, 0x9e3779b1) ^ Math.imul(epoch + 1, 0xc2b2ae3d));
  const b = mix32(a ^ view ^ Math.imul(Math.floor(view / 4294967296), 0x85ebca77));
  const c = mix32(b ^ fields ^ secret);
  return [c | 0, mix32(c ^ a ^ 0x5bd1e995) | 0];
}

/** A signature from its two words, as long as a real one. */
export function pack(a: number, b: number): Uint8Array {
  const out = new Uint8Array(SIGNATURE_BYTES);
  for (let i = 0; i < 4; i++) {
    out[i] = a >>> (8 * i);
    out[4 + i] = b >>> (8 * i);
  }
  return out;
}

function wordAt(sig: Uint8Array, at: number): number {
  return sig[at]! | (sig[at + 1]! << 8) | (sig[at + 2]! << 16) | (sig[at + 3]! << 24);
}

/** Whether a signature consists of these words. */
export function matches(sig: Uint8Array, [a, b]: readonly [number, number]): boolean {
  return sig.length === SIGNATURE_BYTES && wordAt(sig, 0) === a && wordAt(sig, 4) === b;
}

function claimWord(claim: ProposalClaim): number {
  return digestWord(claim.digest) ^ mix32(digestWord(claim.parentDigest) + claim.parentView);
}

function statusWord(claim: StatusClaim): number {
  let word = digestWord(claim.lastFinalizedDigest) ^ mix32(claim.lastFinalizedView);
  for (const byte of claim.nonce) word = Math.imul(word ^ byte, 0x01000193);
  return word;
}

/** The public side: it knows the secrets, because a keyed hash is checked by making it again. */
export class MockScheme implements VoteScheme {
  readonly name: SchemeName = "multisig";
  readonly n: number;
  readonly f: number;
  readonly quorumM: number;
  readonly quorumL: number;
  readonly voteSigBytes = { notarize: SIGNATURE_BYTES, nullify: SIGNATURE_BYTES };
  readonly #secrets: readonly number[];
  readonly #bitmapLength: number;

  constructor(secrets: readonly number[], f: number) {
    this.n = secrets.length;
    this.f = f;
    this.quorumM = 2 * f + 1;
    this.quorumL = this.n - f;
    this.#secrets = secrets;
    this.#bitmapLength = (this.n + 7) >> 3;
  }

  verifyVote(vote: Vote): boolean {
    const secret = this.#secrets[vote.signer];
    if (secret === undefined) return false;
    const kind = vote.kind === "notarize" ? NOTARIZE : NULLIFY;
    const fields = vote.kind === "notarize" ? digestWord(vote.digest) : 0;
    return matches(vote.sig, words(secret, kind, vote.epoch, vote.view, fields));
  }

  verifyProposal(signer: ValidatorIndex, claim: ProposalClaim, sig: Uint8Array): boolean {
    const secret = this.#secrets[signer];
    return secret !== undefined && matches(sig, words(secret, PROPOSE, claim.epoch, claim.view, claimWord(claim)));
  }

  verifyStatus(signer: ValidatorIndex, claim: StatusClaim, sig: Uint8Array): boolean {
    const secret = this.#secrets[signer];
    return secret !== undefined && matches(sig, words(secret, STATUS, claim.epoch, claim.view, statusWord(claim)));
  }

  verifyCertificate(certificate: Certificate): boolean {
    const { kind, epoch, view, digest, scheme } = certificate;
    if (scheme !== "multisig" || (digest === undefined) !== (kind === "nullification")) return false;
    const signers = this.signers(certificate);
    if (signers === undefined || signers.length < (kind === "finalization" ? this.quorumL : this.quorumM)) return false;
    let a = 0;
    let b = 0;
    for (const signer of signers) {
      const vote = kind === "nullification" ? NULLIFY : NOTARIZE;
      const [x, y] = words(this.#secrets[signer]!, vote, epoch, view, digestWord(digest));
      a ^= x;
      b ^= y;
    }
    return matches(certificate.signature, [a, b]);
  }

  signers({ bitmap }: Certificate): readonly ValidatorIndex[] | undefined {
    if (bitmap.length !== this.#bitmapLength) return undefined;
    const signers: ValidatorIndex[] = [];
    for (let i = 0; i < this.#bitmapLength * 8; i++) {
      if (((bitmap[i >> 3]! >> (i & 7)) & 1) === 0) continue;
      if (i >= this.n) return undefined;
      signers.push(i as ValidatorIndex);
    }
    return signers;
  }

  assemble(kind: CertificateKind, votes: readonly Vote[]): Assembled {
    const culprits = votes.filter((vote) => !this.verifyVote(vote)).map((vote) => vote.signer);
    const first = votes[0];
    if (culprits.length > 0 || first === undefined) return { ok: false, culprits };
    const bitmap = new Uint8Array(this.#bitmapLength);
    let a = 0;
    let b = 0;
    for (const vote of votes) {
      bitmap[vote.signer >> 3]! |= 1 << (vote.signer & 7);
      a ^= wordAt(vote.sig, 0);
      b ^= wordAt(vote.sig, 4);
    }
    const digest = first.kind === "notarize" ? first.digest : undefined;
    const { epoch, view } = first;
    const signature = pack(a, b);
    return {
      ok: true,
      certificate: { kind, scheme: "multisig", epoch, view, digest, bitmap, signature, seed: undefined },
    };
  }
}

/** The private side of one mock validator. */
export function mockKeys(index: ValidatorIndex, secret: number): VoteKeys {
  return {
    index,
    signNotarize: (epoch, view, digest) => pack(...words(secret, NOTARIZE, epoch, view, digestWord(digest))),
    signNullify: (epoch, view) => pack(...words(secret, NULLIFY, epoch, view, 0)),
    signProposal: (claim) => pack(...words(secret, PROPOSE, claim.epoch, claim.view, claimWord(claim))),
    signStatus: (claim) => pack(...words(secret, STATUS, claim.epoch, claim.view, statusWord(claim))),
  };
}

/**
 * Cheap signatures for the simulator: keyed hashes that nobody can make without the key, and certificates that are
 * their sum with a real bitmap, checked signer by signer.
 * @example mockScheme(6, 1, genesisDigest, 7).scheme.quorumM // 3
 */
export const mockScheme: SchemeFactory = (n, f, genesis, seed) => {
  const secrets = mockSecrets(n, genesis, seed);
  return { scheme: new MockScheme(secrets, f), keysOf: (index) => mockKeys(index, secrets[index]!) };
};

/** The secrets of `n` mock validators; a longer list begins with the same ones. */
export function mockSecrets(n: number, genesis: Digest, seed: number): readonly number[] {
  const base = mix32(digestWord(genesis) ^ seed);
  return Array.from({ length: n }, (_, i) => mix32(base + Math.imul(i + 1, 0x9e3779b1)));
}
