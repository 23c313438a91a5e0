import { type Epoch, type Fault, fault, ok, Reader, type Result, type ValidatorIndex, type View } from "@polis/codec";
import { type Certificate, type CertificateFault, certificateBytes, decodeCertificate } from "@polis/crypto";
import { maxProposalProofs } from "../params.ts";
import type { Message } from "../seam/messages.ts";
import { frameTypes, maxBodyBytes, type WireContext } from "./types.ts";

/** What decoding a message can report, beside the faults of the certificate inside. */
export type WireFault = Fault<
  | "WIRE_TYPE"
  | "WIRE_TOO_LONG"
  | "WIRE_PROOFS"
  | "WIRE_SIGNER"
  | "WIRE_LIST"
  | "BYTES_TRUNCATED"
  | "BYTES_TRAILING"
  | "BYTES_UNSAFE_INTEGER"
  | "BYTES_TOO_LONG"
>;

/**
 * Reads the body of a consensus message (kairos 4.4, K5, R32). Total: any bytes give a message or a fault. Signatures are
 * not verified here. Signatures and digests are copies; the block of a proposal is a view of `body`.
 */
export function decodeMessage(
  type: number,
  body: Uint8Array,
  context: WireContext,
): Result<Message, WireFault | CertificateFault> {
  const limit = type <= frameTypes.statusRequest ? maxBodyBytes(type, context.maxBlockBytes) : undefined;
  if (limit === undefined) return fault("WIRE_TYPE");
  if (body.length > limit) return fault("WIRE_TOO_LONG");
  switch (type) {
    case frameTypes.propose:
      return decodePropose(body, context);
    case frameTypes.notarize:
    case frameTypes.nullify:
      return decodeVote(type === frameTypes.notarize, body, context);
    case frameTypes.certificate: {
      const decoded = decodeCertificate(body, context.shape);
      return decoded.ok ? ok({ kind: "certificate", certificate: decoded.value }) : decoded;
    }
    case frameTypes.status:
      return decodeStatus(body, context);
    default: {
      const r = new Reader(body);
      const nonce = r.bytes(32).slice();
      return r.finish({ kind: "statusRequest", nonce });
    }
  }
}

function decodePropose(body: Uint8Array, context: WireContext): Result<Message, WireFault | CertificateFault> {
  const r = new Reader(body);
  const epoch = r.u64() as Epoch;
  const view = r.u64() as View;
  const proposeSig = r.bytes(96).slice();
  const voteSig = r.bytes(context.voteSigBytes.notarize).slice();
  const count = r.u16();
  if (count > maxProposalProofs) return fault("WIRE_PROOFS");
  const proofs: Certificate[] = [];
  for (let i = 0; i < count; i++) {
    const bytes = r.bytes16(certificateBytes(context.shape));
    if (r.fault !== undefined) return { ok: false, fault: r.fault };
    const decoded = decodeCertificate(bytes, context.shape);
    if (!decoded.ok) return decoded;
    proofs.push(decoded.value);
  }
  const block = r.bytes32(context.maxBlockBytes);
  return r.finish({ kind: "propose", epoch, view, proposeSig, voteSig, proofs, block });
}

function decodeVote(isNotarize: boolean, body: Uint8Array, context: WireContext): Result<Message, WireFault> {
  const r = new Reader(body);
  const epoch = r.u64() as Epoch;
  const view = r.u64() as View;
  const digest = isNotarize ? r.digest() : undefined;
  const signer = r.u16() as ValidatorIndex;
  const sig = r.bytes(context.voteSigBytes[isNotarize ? "notarize" : "nullify"]).slice();
  if (r.fault === undefined && signer >= context.shape.n) return fault("WIRE_SIGNER");
  if (digest === undefined) return r.finish({ kind: "nullify", epoch, view, signer, sig });
  return r.finish({ kind: "notarize", epoch, view, digest, signer, sig });
}

function decodeStatus(body: Uint8Array, context: WireContext): Result<Message, WireFault | CertificateFault> {
  const r = new Reader(body);
  const epoch = r.u64() as Epoch;
  const view = r.u64() as View;
  const lastFinalizedView = r.u64() as View;
  const lastFinalizedDigest = r.digest();
  const nonce = r.bytes(32).slice();
  const signer = r.u16() as ValidatorIndex;
  const sig = r.bytes(96).slice();
  const bytes = r.bytes16(certificateBytes(context.shape));
  const done = r.finish(true);
  if (!done.ok) return done;
  if (signer >= context.shape.n) return fault("WIRE_SIGNER");
  const decoded = bytes.length === 0 ? undefined : decodeCertificate(bytes, context.shape);
  if (decoded !== undefined && !decoded.ok) return decoded;
  const proof = decoded?.value;
  return ok({ kind: "status", epoch, view, lastFinalizedView, lastFinalizedDigest, nonce, signer, sig, proof });
}
