import type { Epoch, ValidatorIndex, View } from "@polis/codec";
import type { Certificate, CertificateKind, VoteKeys, VoteScheme } from "@polis/crypto";
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
function words(secret: number, kind: number, epoch: Epoch, view: View, fields: number): [number, number] {
  const a = mix32(secret ^ Math.imul(kind, 0x9e3779b1) ^ Math.imul(epoch + 1, 0xc2b2ae3d));
  const b = mix32(a ^ view ^ Math.imul(Math.floor(view / 4294967296), 0x85ebca77));
  const c = mix32(b ^ fields ^ secret);
  return [c | 0, mix32(c ^ a ^ 0x5bd1e995) | 0];
}

function pack(a: number, b: number): Uint8Array {
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

function matches(sig: Uint8Array, [a, b]: readonly [number, number]): boolean {
  return sig.length === SIGNATURE_BYTES && wordAt(sig, 0) === a && wordAt(sig, 4) === b;
}

function claimWord(claim: Parameters<VoteKeys["signProposal"]>[0]): number {
  return digestWord(claim.digest) ^ mix32(digestWord(claim.parentDigest) + claim.parentView);
}

function statusWord(claim: Parameters<VoteKeys["signStatus"]>[0]): number {
  let word = digestWord(claim.lastFinalizedDigest) ^ mix32(claim.lastFinalizedView);
  for (const byte of claim.nonce) word = Math.imul(word ^ byte, 0x01000193);
  return word;
}

/**
 * Cheap signatures for the simulator: keyed hashes that nobody can make without the key, and certificates that are
 * their sum with a real bitmap, checked signer by signer.
 * @example mockScheme(6, 1, genesisDigest, 7).scheme.quorumM // 3
 */
export const mockScheme: SchemeFactory = (n, f, genesis, seed) => {
  const base = mix32(digestWord(genesis) ^ seed);
  const secrets = Array.from({ length: n }, (_, i) => mix32(base + Math.imul(i + 1, 0x9e3779b1)));
  const quorumM = 2 * f + 1;
  const quorumL = n - f;
  const bitmapLength = (n + 7) >> 3;
  const voteWords = (signer: number, kind: number, epoch: Epoch, view: View, fields: number) =>
    words(secrets[signer]!, kind, epoch, view, fields);

  const signersOf = (bitmap: Uint8Array): ValidatorIndex[] | undefined => {
    if (bitmap.length !== bitmapLength) return undefined;
    const signers: ValidatorIndex[] = [];
    for (let i = 0; i < bitmapLength * 8; i++) {
      if (((bitmap[i >> 3]! >> (i & 7)) & 1) === 0) continue;
      if (i >= n) return undefined;
      signers.push(i as ValidatorIndex);
    }
    return signers;
  };
  const sum = (kind: CertificateKind, epoch: Epoch, view: View, fields: number, signers: readonly number[]) => {
    let a = 0;
    let b = 0;
    for (const signer of signers) {
      const [x, y] = voteWords(signer, kind === "nullification" ? NULLIFY : NOTARIZE, epoch, view, fields);
      a ^= x;
      b ^= y;
    }
    return [a, b] as [number, number];
  };
  const verifyVote: VoteScheme["verifyVote"] = (vote) => {
    if (vote.signer >= n) return false;
    const kind = vote.kind === "notarize" ? NOTARIZE : NULLIFY;
    const fields = vote.kind === "notarize" ? digestWord(vote.digest) : 0;
    return matches(vote.sig, voteWords(vote.signer, kind, vote.epoch, vote.view, fields));
  };
  const verifyCertificate = (certificate: Certificate): boolean => {
    const { kind, epoch, view, digest, bitmap, signature } = certificate;
    if (certificate.scheme !== "multisig" || (digest === undefined) !== (kind === "nullification")) return false;
    const signers = signersOf(bitmap);
    if (signers === undefined || signers.length < (kind === "finalization" ? quorumL : quorumM)) return false;
    return matches(signature, sum(kind, epoch, view, digestWord(digest), signers));
  };
  const scheme: VoteScheme = {
    name: "multisig",
    n,
    f,
    quorumM,
    quorumL,
    voteSigBytes: { notarize: SIGNATURE_BYTES, nullify: SIGNATURE_BYTES },
    verifyVote,
    verifyProposal: (signer, claim, sig) =>
      signer < n && matches(sig, voteWords(signer, PROPOSE, claim.epoch, claim.view, claimWord(claim))),
    verifyStatus: (signer, claim, sig) =>
      signer < n && matches(sig, voteWords(signer, STATUS, claim.epoch, claim.view, statusWord(claim))),
    verifyCertificate,
    signers: (certificate) => signersOf(certificate.bitmap),
    assemble: (kind, votes) => {
      const culprits = votes.filter((vote) => !verifyVote(vote)).map((vote) => vote.signer);
      const first = votes[0];
      if (culprits.length > 0 || first === undefined) return { ok: false, culprits };
      const bitmap = new Uint8Array(bitmapLength);
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
    },
  };
  const keysOf = (index: ValidatorIndex): VoteKeys => ({
    index,
    signNotarize: (epoch, view, digest) => pack(...voteWords(index, NOTARIZE, epoch, view, digestWord(digest))),
    signNullify: (epoch, view) => pack(...voteWords(index, NULLIFY, epoch, view, 0)),
    signProposal: (claim) => pack(...voteWords(index, PROPOSE, claim.epoch, claim.view, claimWord(claim))),
    signStatus: (claim) => pack(...voteWords(index, STATUS, claim.epoch, claim.view, statusWord(claim))),
  });
  return { scheme, keysOf };
};
