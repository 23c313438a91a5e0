import { type Digest, type Epoch, Reader, type ValidatorIndex, type View, Writer } from "@polis/codec";
import type { ProposalClaim, StatusClaim } from "@polis/crypto";

/** What a node may ask its signer: the four payloads of kairos K1 that a validator signs, and nothing else. */
export type SignRequest =
  | { readonly kind: "notarize"; readonly epoch: Epoch; readonly view: View; readonly digest: Digest }
  | {
      readonly kind: "nullify";
      readonly epoch: Epoch;
      readonly view: View;
      /** The node knows of its notarize in this view, and says that R21 allows the nullify beside it. */
      readonly contradicted: boolean;
    }
  | { readonly kind: "proposal"; readonly claim: ProposalClaim }
  | { readonly kind: "status"; readonly claim: StatusClaim };

/** The signer's answer: the signature of the scheme, or why there is none. */
export type SignAnswer =
  | { readonly kind: "signed"; readonly sig: Uint8Array }
  | { readonly kind: "refused"; readonly reason: string };

/** What a signer says first on every connection. */
export interface SignerHello {
  readonly genesisHash: Digest;
  readonly index: ValidatorIndex;
  /** 48 bytes. */
  readonly blsPublicKey: Uint8Array;
  /** The key has never signed, and its record says so (R27): a node may begin a journal with it. */
  readonly fresh: boolean;
}

const VERSION = 1;
const KINDS = ["notarize", "nullify", "proposal", "status"] as const;
/** Longest body of a frame in either direction; a threshold vote with a seed has 288 bytes. */
export const MAX_BODY_BYTES = 512;
const MAX_REASON = 200;

/** `version u8 ‖ genesisHash 32 ‖ index u16 ‖ blsPublicKey 48 ‖ fresh u8`. */
export function encodeHello({ genesisHash, index, blsPublicKey, fresh }: SignerHello): Uint8Array {
  return new Writer(84)
    .u8(VERSION)
    .hex(genesisHash)
    .u16(index)
    .bytes(blsPublicKey)
    .u8(fresh ? 1 : 0)
    .finish();
}

/** @returns undefined for anything but a hello of this version. */
export function decodeHello(body: Uint8Array): SignerHello | undefined {
  const reader = new Reader(body);
  const version = reader.u8();
  const genesisHash = reader.digest();
  const index = reader.u16() as ValidatorIndex;
  const blsPublicKey = reader.bytes(48);
  const fresh = reader.u8();
  if (!isWhole(reader) || version !== VERSION || fresh > 1) return undefined;
  return { genesisHash, index, blsPublicKey: blsPublicKey.slice(), fresh: fresh === 1 };
}

/** `id u32 ‖ kind u8 ‖ fields`, all of fixed length. @param id chosen by the caller, repeated in the answer */
export function encodeRequest(id: number, request: SignRequest): Uint8Array {
  const head = (size: number) => new Writer(5 + size).u32(id).u8(KINDS.indexOf(request.kind));
  switch (request.kind) {
    case "notarize":
      return head(48).u64(request.epoch).u64(request.view).hex(request.digest).finish();
    case "nullify":
      return head(17)
        .u64(request.epoch)
        .u64(request.view)
        .u8(request.contradicted ? 1 : 0)
        .finish();
    case "proposal": {
      const { epoch, view, digest, parentView, parentDigest } = request.claim;
      return head(88).u64(epoch).u64(view).hex(digest).u64(parentView).hex(parentDigest).finish();
    }
    case "status": {
      const { epoch, view, lastFinalizedView, lastFinalizedDigest, nonce } = request.claim;
      return head(88).u64(epoch).u64(view).u64(lastFinalizedView).hex(lastFinalizedDigest).bytes(nonce).finish();
    }
  }
}

/** @returns undefined for a body that is not exactly one request. */
export function decodeRequest(body: Uint8Array): { readonly id: number; readonly request: SignRequest } | undefined {
  const reader = new Reader(body);
  const id = reader.u32();
  const kind = KINDS[reader.u8()];
  const epoch = reader.u64() as Epoch;
  const view = reader.u64() as View;
  const request = kind === undefined ? undefined : readFields(reader, kind, epoch, view);
  return request === undefined || !isWhole(reader) ? undefined : { id, request };
}

function readFields(reader: Reader, kind: SignRequest["kind"], epoch: Epoch, view: View): SignRequest | undefined {
  if (kind === "notarize") return { kind, epoch, view, digest: reader.digest() };
  if (kind === "nullify") {
    const flag = reader.u8();
    return flag > 1 ? undefined : { kind, epoch, view, contradicted: flag === 1 };
  }
  if (kind === "proposal") {
    const digest = reader.digest();
    const parentView = reader.u64() as View;
    return { kind, claim: { epoch, view, digest, parentView, parentDigest: reader.digest() } };
  }
  const lastFinalizedView = reader.u64() as View;
  const lastFinalizedDigest = reader.digest();
  return { kind, claim: { epoch, view, lastFinalizedView, lastFinalizedDigest, nonce: reader.bytes(32).slice() } };
}

/** `id u32 ‖ outcome u8 (0 signed, 1 refused) ‖ signature or ASCII reason`. */
export function encodeAnswer(id: number, answer: SignAnswer): Uint8Array {
  const rest = answer.kind === "signed" ? answer.sig : new TextEncoder().encode(answer.reason.slice(0, MAX_REASON));
  return new Writer(5 + rest.length)
    .u32(id)
    .u8(answer.kind === "signed" ? 0 : 1)
    .bytes(rest)
    .finish();
}

/** @returns undefined for a body that is no answer. */
export function decodeAnswer(body: Uint8Array): { readonly id: number; readonly answer: SignAnswer } | undefined {
  const reader = new Reader(body);
  const id = reader.u32();
  const outcome = reader.u8();
  if (reader.fault !== undefined || outcome > 1) return undefined;
  const rest = reader.rest();
  if (outcome === 0) return { id, answer: { kind: "signed", sig: rest.slice() } };
  return { id, answer: { kind: "refused", reason: new TextDecoder().decode(rest).slice(0, MAX_REASON) } };
}

function isWhole(reader: Reader): boolean {
  return reader.fault === undefined && reader.remaining === 0;
}
