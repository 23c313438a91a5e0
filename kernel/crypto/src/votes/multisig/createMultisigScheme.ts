import type { Digest, Epoch, ValidatorIndex, View } from "@polis/codec";
import { bls } from "../../native/primitives.ts";
import type { BlsPublicKey } from "../../primitives/types.ts";
import { signersOf } from "../bitmap.ts";
import { BoundedMap } from "../boundedMap.ts";
import { type CertificateShape, certificateFormFault } from "../certificate.ts";
import { identityChecks, parseKeys, verifyBytes } from "../identity.ts";
import { encodeNotarizePayload, encodeNullifyPayload } from "../payloads.ts";
import { quorumsOf } from "../quorums.ts";
import type { Certificate, VoteScheme } from "../types.ts";
import { assembleMultisig } from "./assembleMultisig.ts";

/** The public side of one epoch of the multisig scheme. */
export interface MultisigOptions {
  readonly f: number;
  readonly genesisHash: Digest;
  readonly epoch: Epoch;
  /** 48 bytes each, in the order of the validator list, possession proved (kairos K8, K9). */
  readonly publicKeys: readonly Uint8Array[];
}

/** Sums of keys are remembered for this many bitmaps: the same few quorums sign view after view. */
const maxKeySums = 256;
/** Certificates seen valid are remembered: each arrives from several peers. About 400 bytes an entry. */
const maxKnownCertificates = 1024;

/**
 * The multisig scheme (kairos K9): a certificate is the sum of individual signatures with a bitmap of the signers.
 * Throws a RangeError when the list cannot be a validator list.
 */
export function createMultisigScheme({ f, genesisHash, epoch, publicKeys }: MultisigOptions): VoteScheme {
  const n = publicKeys.length;
  const quorums = quorumsOf(n, f);
  const keys = parseKeys(publicKeys);
  const shape: CertificateShape = { n, scheme: "multisig", randomness: "hash", quorums };
  const keySums = new BoundedMap<string, BlsPublicKey>(maxKeySums);
  const known = new BoundedMap<string, true>(maxKnownCertificates);

  function message(view: View, digest: Digest | undefined): Uint8Array {
    return digest === undefined
      ? encodeNullifyPayload(genesisHash, epoch, view)
      : encodeNotarizePayload(genesisHash, epoch, view, digest);
  }

  function keySum(bitmap: Uint8Array, signers: readonly ValidatorIndex[]): BlsPublicKey {
    const name = bitmap.toHex();
    const remembered = keySums.get(name);
    if (remembered !== undefined) return remembered;
    const sum = bls.addPublicKeys(signers.map((signer) => keys[signer]!));
    keySums.set(name, sum);
    return sum;
  }

  /** Notarizations and finalizations sign the same message (kairos K2), so the kind is no part of the name. */
  function nameOf({ view, digest, bitmap, signature }: Certificate): string {
    return `${view}/${digest ?? ""}/${bitmap.toHex()}/${signature.toHex()}`;
  }

  function verifyCertificate(certificate: Certificate): boolean {
    if (certificate.epoch !== epoch || certificateFormFault(certificate, shape) !== undefined) return false;
    const name = nameOf(certificate);
    if (known.get(name) === true) return true;
    const signature = bls.parseSignatureUnchecked(certificate.signature);
    const signers = signersOf(certificate.bitmap, n);
    if (signature === undefined || signers === undefined) return false;
    const text = message(certificate.view, certificate.digest);
    if (!bls.verifyUnchecked(text, keySum(certificate.bitmap, signers), signature)) return false;
    known.set(name, true);
    return true;
  }

  return {
    name: "multisig",
    n,
    f,
    quorumM: quorums.m,
    quorumL: quorums.l,
    voteSigBytes: { notarize: 96, nullify: 96 },
    ...identityChecks(genesisHash, epoch, keys),
    verifyVote(vote) {
      if (vote.epoch !== epoch) return false;
      const digest = vote.kind === "notarize" ? vote.digest : undefined;
      return verifyBytes(keys[vote.signer], () => message(vote.view, digest), vote.sig);
    },
    assemble: (kind, votes) => assembleMultisig(kind, votes, { keys, epoch, quorums, message, verifyCertificate }),
    verifyCertificate,
    signers: (certificate) => signersOf(certificate.bitmap, n),
  };
}
