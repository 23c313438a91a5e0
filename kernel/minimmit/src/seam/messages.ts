import type { Digest, Epoch, Height, ValidatorIndex, View } from "@polis/codec";
import type { Certificate, Notarize, Nullify } from "@polis/crypto";

/** A block proposal; it counts as the leader's notarize (kairos 4.4, type 0x01). */
export interface Propose {
  readonly kind: "propose";
  readonly epoch: Epoch;
  readonly view: View;
  /** 96 bytes over the propose payload (K1). */
  readonly proposeSig: Uint8Array;
  /** The leader's notarize voteSig over the block's digest. */
  readonly voteSig: Uint8Array;
  /** The parent's certificate and nullifications of the skipped views, newest first, at most 66. */
  readonly proofs: readonly Certificate[];
  /** The block envelope, opaque here. */
  readonly block: Uint8Array;
}

/** A certificate, forwarded once (type 0x04). */
export interface CertificateMessage {
  readonly kind: "certificate";
  readonly certificate: Certificate;
}

/** Asks for a signed Status (type 0x06). `nonce` is 32 fresh random bytes. */
export interface StatusRequest {
  readonly kind: "statusRequest";
  readonly nonce: Uint8Array;
}

/** Where a replica is (type 0x05). `nonce` echoes a request, or is zero when unsolicited. */
export interface Status {
  readonly kind: "status";
  readonly epoch: Epoch;
  readonly view: View;
  readonly lastFinalizedView: View;
  readonly lastFinalizedDigest: Digest;
  readonly nonce: Uint8Array;
  readonly signer: ValidatorIndex;
  readonly sig: Uint8Array;
  /** A proof of view-1, if one is held. */
  readonly proof: Certificate | undefined;
}

/** Everything that travels on the consensus link (kairos 4.4). */
export type Message = Propose | Notarize | Nullify | CertificateMessage | StatusRequest | Status;

/** Requests on the bulk link (kairos 13.3). The request id is chosen by the asker. */
export type FetchRequest =
  | { readonly kind: "blocksByDigest"; readonly digests: readonly Digest[] }
  | { readonly kind: "blockRange"; readonly from: Height; readonly count: number; readonly maxBytes: number }
  | { readonly kind: "certificates"; readonly views: readonly View[]; readonly kinds: readonly CertificateWant[] };

/** Kinds of certificates that a request may name. */
export type CertificateWant = "notarization" | "nullification" | "finalization";

/** A finalized or open block with the certificate that covers it, when it is the top of a directly finalized run (N11). */
export interface FetchedBlock {
  readonly block: Uint8Array;
  readonly certificate: Certificate | undefined;
}

/** Answers to requests (kairos 13.3): one bounded reply for each. */
export type FetchReply =
  | { readonly kind: "blocks"; readonly items: readonly FetchedBlock[] }
  | { readonly kind: "certificates"; readonly certificates: readonly Certificate[] }
  | { readonly kind: "notFound" }
  /** The blocks of a range were final here and are no longer kept (kairos 6.4): others must be asked. */
  | { readonly kind: "pruned" }
  | { readonly kind: "busy" };
