import type { CertificateShape } from "@polis/crypto";

/** Frame types of the consensus link and of block and certificate fetch and push (kairos 4.4, 13.3). */
export const frameTypes = {
  propose: 0x01,
  notarize: 0x02,
  nullify: 0x03,
  certificate: 0x04,
  status: 0x05,
  statusRequest: 0x06,
  blocksByDigest: 0x20,
  blockRange: 0x21,
  blocks: 0x22,
  certificateRequest: 0x23,
  certificates: 0x24,
  notFound: 0x25,
  finalizedPush: 0x30,
} as const;

/** What decoding must know: everything else about a body has a fixed form. */
export interface WireContext {
  readonly shape: CertificateShape;
  readonly voteSigBytes: { readonly notarize: number; readonly nullify: number };
  /** `block.maxBytes` of genesis. */
  readonly maxBlockBytes: number;
}

/** A frame without its head. */
export interface Frame {
  readonly type: number;
  readonly body: Uint8Array;
}

/** Longest body of a frame type in bytes, or undefined for a type that this package does not know (kairos 13.3). */
export function maxBodyBytes(type: number, maxBlockBytes: number): number | undefined {
  const kib = 1024;
  switch (type) {
    case frameTypes.propose:
      return maxBlockBytes + 64 * kib;
    case frameTypes.notarize:
    case frameTypes.nullify:
    case frameTypes.certificate:
      return 512;
    case frameTypes.status:
    case frameTypes.statusRequest:
    case frameTypes.blocksByDigest:
      return kib;
    case frameTypes.blockRange:
      return 64;
    case frameTypes.blocks:
      return 16 * kib * kib;
    case frameTypes.finalizedPush:
      return maxBlockBytes + 64 * kib;
    case frameTypes.certificateRequest:
      return 4 * kib;
    case frameTypes.certificates:
      return 256 * kib;
    case frameTypes.notFound:
      return 256;
    default:
      return undefined;
  }
}
