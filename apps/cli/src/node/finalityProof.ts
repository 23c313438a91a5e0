import { type Digest, type Height, height } from "@polis/codec";
import { type CertificateShape, decodeCertificate } from "@polis/crypto";
import { encodeHeader, type FinalityProof, type KairosReader } from "@polis/kairos";
import type { Archive } from "@polis/ports";

/** A proof that needs more headers is delivered in pages by other means (kairos L2). */
const HEADERS_MAX = 1024;

/** The certificate that covers a finalized height, and the headers from it up to the certificate's block (kairos L2). */
export function finalityProof(
  reader: KairosReader,
  archive: Archive,
  shape: CertificateShape,
  at: Height,
): FinalityProof | undefined {
  const certificateBytes = archive.finalizationAt(at);
  const decoded = certificateBytes && decodeCertificate(certificateBytes, shape);
  if (certificateBytes === undefined || decoded?.ok !== true) return undefined;
  const certificate = decoded.value;
  const headers: Uint8Array[] = [];
  let digest: Digest | undefined;
  for (let h = at; digest !== certificate.digest && headers.length < HEADERS_MAX; h = height(h + 1)) {
    const stored = reader.headerByHeight(h);
    if (stored === undefined) return undefined;
    headers.push(encodeHeader(stored.header));
    digest = stored.digest;
  }
  return digest === certificate.digest ? { certificate, certificateBytes, headers } : undefined;
}
