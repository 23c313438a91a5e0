import { bytesToHex0x, quantityOf } from "@polis/codec";
import type { ApiBlock, FinalityProof } from "./backend.ts";
import type { Json } from "./method.ts";

/** A finality proof (kairos L2): the certificate with decoded fields, and the headers that lead up to its block. */
export function finalityJson(block: Pick<ApiBlock, "digest" | "header">, proof: FinalityProof): Json {
  const { certificate } = proof;
  return {
    epoch: quantityOf(certificate.epoch),
    block: { height: quantityOf(block.header.number), hash: `0x${block.digest}` },
    certificate: {
      kind: certificate.kind,
      scheme: certificate.scheme,
      view: quantityOf(certificate.view),
      digest: certificate.digest === undefined ? null : `0x${certificate.digest}`,
      bitmap: bytesToHex0x(certificate.bitmap),
      signature: bytesToHex0x(certificate.signature),
      seed: certificate.seed === undefined ? null : bytesToHex0x(certificate.seed),
      raw: bytesToHex0x(proof.certificateBytes),
    },
    headers: proof.headers.map(bytesToHex0x),
  };
}
