import { digestOf, type Epoch, type Fault, fault, ok, Reader, type Result, type View, Writer } from "@polis/codec";
import { bitmapBytes, signersOf } from "./bitmap.ts";
import type { Quorums } from "./quorums.ts";
import type { Certificate, CertificateKind, SchemeName } from "./types.ts";

/** What genesis fixes about the form of certificates. */
export interface CertificateShape {
  readonly n: number;
  readonly scheme: SchemeName;
  readonly randomness: "hash" | "seed";
  readonly quorums: Quorums;
}

/** What reading a certificate can report. */
export type CertificateFault = Fault<
  | "CERTIFICATE_LENGTH"
  | "CERTIFICATE_KIND"
  | "CERTIFICATE_SCHEME"
  | "CERTIFICATE_VIEW"
  | "CERTIFICATE_DIGEST"
  | "CERTIFICATE_BITMAP"
  | "CERTIFICATE_QUORUM"
  | "CERTIFICATE_SEED"
>;

const kinds: readonly CertificateKind[] = ["notarization", "nullification", "finalization"];
const schemes: readonly SchemeName[] = ["multisig", "threshold"];
const zeroDigest = "0".repeat(64);

/**
 * The byte layout of kairos 3.4, for storage, hashing and the wire. Throws a RangeError when the certificate does not fit
 * `n` validators, which would be our own mistake.
 * @example encodeCertificate(certificate, 6).length // 150 in the multisig scheme
 */
export function encodeCertificate(certificate: Certificate, n: number): Uint8Array {
  const { bitmap, signature, seed } = certificate;
  const expected = certificate.scheme === "multisig" ? bitmapBytes(n) : 0;
  if (bitmap.length !== expected) throw new RangeError(`a bitmap of ${bitmap.length} bytes for n=${n}`);
  if (signature.length !== 96 || (seed !== undefined && seed.length !== 96)) throw new RangeError("signature length");
  const writer = new Writer(149 + expected + (seed?.length ?? 0))
    .u8(kinds.indexOf(certificate.kind) + 1)
    .u8(schemes.indexOf(certificate.scheme) + 1)
    .u64(certificate.epoch)
    .u64(certificate.view)
    .hex(certificate.digest ?? zeroDigest)
    .u16(expected)
    .bytes(bitmap)
    .bytes(signature)
    .u8(seed === undefined ? 0 : 1);
  return (seed === undefined ? writer : writer.bytes(seed)).finish();
}

/** Length in bytes of every certificate of this shape: the layout has no free length. */
export function certificateBytes(shape: CertificateShape): number {
  return 149 + (shape.scheme === "multisig" ? bitmapBytes(shape.n) : 0) + (shape.randomness === "seed" ? 96 : 0);
}

/**
 * Reads a certificate and checks its form, not its signature. Byte fields are copies, because certificates are kept.
 * Any fault costs the sender a penalty (kairos 3.4).
 */
export function decodeCertificate(bytes: Uint8Array, shape: CertificateShape): Result<Certificate, CertificateFault> {
  if (bytes.length !== certificateBytes(shape)) return fault("CERTIFICATE_LENGTH");
  const reader = new Reader(bytes);
  const kind = kinds[reader.u8() - 1];
  const scheme = schemes[reader.u8() - 1];
  const epoch = reader.u64() as Epoch;
  const view = reader.u64() as View;
  if (reader.fault !== undefined) return fault("CERTIFICATE_VIEW");
  const digestText = digestOf(reader.bytes(32));
  const bitmapLength = reader.u16();
  if (kind === undefined) return fault("CERTIFICATE_KIND");
  if (scheme !== shape.scheme) return fault("CERTIFICATE_SCHEME");
  if ((kind === "nullification") !== (digestText === zeroDigest)) return fault("CERTIFICATE_DIGEST");
  if (bitmapLength !== (scheme === "multisig" ? bitmapBytes(shape.n) : 0)) return fault("CERTIFICATE_BITMAP");
  const bitmap = reader.bytes(bitmapLength).slice();
  const signature = reader.bytes(96).slice();
  if (reader.u8() !== (shape.randomness === "seed" ? 1 : 0)) return fault("CERTIFICATE_SEED");
  const seed = shape.randomness === "seed" ? reader.bytes(96).slice() : undefined;
  const digest = kind === "nullification" ? undefined : digestText;
  const certificate: Certificate = { kind, scheme, epoch, view, digest, bitmap, signature, seed };
  const wrong = certificateFormFault(certificate, shape);
  return wrong === undefined ? ok(certificate) : fault(wrong);
}

/** The first thing wrong with the form of a certificate that did not come from decodeCertificate. */
export function certificateFormFault(
  certificate: Certificate,
  shape: CertificateShape,
): CertificateFault["code"] | undefined {
  if (certificate.scheme !== shape.scheme) return "CERTIFICATE_SCHEME";
  if ((certificate.kind === "nullification") !== (certificate.digest === undefined)) return "CERTIFICATE_DIGEST";
  if (certificate.signature.length !== 96) return "CERTIFICATE_LENGTH";
  if ((certificate.seed !== undefined) !== (shape.randomness === "seed")) return "CERTIFICATE_SEED";
  if (certificate.seed !== undefined && certificate.seed.length !== 96) return "CERTIFICATE_SEED";
  if (shape.scheme === "threshold") return certificate.bitmap.length === 0 ? undefined : "CERTIFICATE_BITMAP";
  const signers = signersOf(certificate.bitmap, shape.n);
  if (signers === undefined) return "CERTIFICATE_BITMAP";
  const quorum = certificate.kind === "finalization" ? shape.quorums.l : shape.quorums.m;
  return signers.length < quorum ? "CERTIFICATE_QUORUM" : undefined;
}
