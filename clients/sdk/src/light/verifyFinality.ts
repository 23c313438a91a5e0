import { type Digest, decodeRlpList, digestOf } from "@polis/codec";
import {
  type BlsPublicKey,
  bls,
  type Certificate,
  type CertificateShape,
  decodeCertificate,
  encodeNotarizePayload,
  keccak256,
  signersOf,
} from "@polis/crypto";
import { type Header, readHeader } from "@polis/kairos";
import { LightClientError } from "../errors/lightClientError.ts";
import { shapeOf, type TrustAnchor } from "./anchor.ts";
import type { FinalBlock, FinalityProof } from "./types.ts";

/** More headers than this are delivered in pages (kairos L2). */
const maxHeaders = 1024;
const headerLimits = { maxBytes: 1024, maxItems: 22, maxDepth: 1 };

/** Checks finality proofs of one epoch; the keys are parsed once. */
export type FinalityVerifier = (proof: FinalityProof) => FinalBlock;

/**
 * Makes the check of kairos L3, in its exact order: (1) the certificate's form, kind, epoch and scheme, (2) the quorum's
 * signature over the hash of the last header, (3) the view, (4) the links of the headers, (5) headers[0] is final.
 * @returns a function that throws a LightClientError naming the step
 * @example createFinalityVerifier(anchorFromGenesis(genesisText))(await source.finality(1)).height; // => 1
 */
export function createFinalityVerifier(anchor: TrustAnchor): FinalityVerifier {
  const shape = shapeOf(anchor);
  const isSigned = signatureCheck(anchor);
  return ({ certificate: bytes, headers }) => {
    const certificate = readCertificate(bytes, shape, anchor);
    if (headers.length === 0 || headers.length > maxHeaders) {
      throw new LightClientError("headers", `${headers.length} headers, want 1 to ${maxHeaders}`);
    }
    const digest = digestOf(keccak256(headers.at(-1)!));
    if (certificate.digest !== digest) {
      throw new LightClientError("signature", "the certificate is for another block than the last header");
    }
    if (!isSigned(certificate, digest)) {
      throw new LightClientError("signature", "the quorum did not sign the last header in this view");
    }
    const last = decodeHeader(headers.at(-1)!);
    if (last.extra.view !== certificate.view) {
      throw new LightClientError("view", `the header says view ${last.extra.view}, not ${certificate.view}`);
    }
    return { ...linkHeaders(headers), certificateView: certificate.view, epoch: anchor.epoch };
  };
}

/** Step 1. A quorum that is too small in the bitmap belongs to step 2. */
function readCertificate(bytes: Uint8Array, shape: CertificateShape, anchor: TrustAnchor): Certificate {
  const decoded = decodeCertificate(bytes, shape);
  if (!decoded.ok) {
    const { code } = decoded.fault;
    throw new LightClientError(code === "CERTIFICATE_QUORUM" ? "signature" : "certificate", code);
  }
  const { kind, epoch } = decoded.value;
  if (kind !== "finalization") throw new LightClientError("certificate", `a ${kind} finalizes nothing`);
  if (epoch !== anchor.epoch) throw new LightClientError("certificate", `of epoch ${epoch}, want ${anchor.epoch}`);
  return decoded.value;
}

/** Step 2: one BLS verification, under the sum of the signers' keys or under the group key. */
function signatureCheck(anchor: TrustAnchor): (certificate: Certificate, digest: Digest) => boolean {
  const keys = (anchor.scheme === "multisig" ? anchor.publicKeys : [anchor.groupKeyL!]).map(parseKey);
  const keyOf = ({ bitmap }: Certificate): BlsPublicKey =>
    anchor.scheme === "threshold"
      ? keys[0]!
      : bls.addPublicKeys(signersOf(bitmap, anchor.n)!.map((signer) => keys[signer]!));
  return (certificate, digest) => {
    const signature = bls.parseSignature(certificate.signature);
    const message = encodeNotarizePayload(anchor.genesisHash, anchor.epoch, certificate.view, digest);
    return signature !== undefined && bls.verify(message, keyOf(certificate), signature);
  };
}

function parseKey(bytes: Uint8Array | undefined, index: number): BlsPublicKey {
  const key = bytes === undefined ? undefined : bls.parsePublicKey(bytes);
  if (key === undefined) throw new LightClientError("anchor", `key ${index} of the anchor is not a BLS public key`);
  return key;
}

/** Step 4: each header is the child of the one before it. */
function linkHeaders(encoded: readonly Uint8Array[]): Pick<FinalBlock, "header" | "hash" | "height"> {
  const headers = encoded.map(decodeHeader);
  const digests = encoded.map((bytes) => digestOf(keccak256(bytes)));
  for (let i = 1; i < headers.length; i++) {
    if (headers[i]!.parentHash !== digests[i - 1])
      throw new LightClientError("headers", `header ${i} has another parent`);
    if (headers[i]!.number !== headers[i - 1]!.number + 1)
      throw new LightClientError("headers", `a height is left out`);
  }
  return { header: headers[0]!, hash: `0x${digests[0]!}`, height: headers[0]!.number };
}

/**
 * Reads a header from its RLP; the bytes are already covered by a hash, so a wrong form means a wrong chain.
 * @throws LightClientError `headers`
 * @example decodeHeader((await source.finality(1)).headers[0]).number; // => 1
 */
export function decodeHeader(bytes: Uint8Array): Header {
  const items = decodeRlpList(bytes, headerLimits);
  const header = items.ok ? readHeader(items.value) : items;
  if (!header.ok) throw new LightClientError("headers", `not a header of this chain: ${header.fault.code}`);
  return header.value;
}
