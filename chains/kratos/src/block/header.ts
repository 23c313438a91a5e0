import {
  asciiBytes,
  concatBytes,
  type Digest,
  digestOf,
  type Epoch,
  encodeKce,
  type Height,
  type Kce,
  kceDigest,
  kceFixed,
  kceRecord,
  type Seconds,
  type Slot,
} from "@polis/codec";
import { blake3, ed25519 } from "@polis/crypto";
import type { AccountId } from "../identifiers.ts";
import { kceEpoch, kceHeight, kceSeconds, kceSlot } from "../kce.ts";
import { domains } from "../params/domains.ts";

/** The fields of a header that its hash covers, in order (kratos-core 3.1). */
export interface UnsignedHeader {
  readonly number: Height;
  readonly parentHash: Digest;
  readonly transactionsRoot: Digest;
  readonly stateRoot: Digest;
  readonly timestamp: Seconds;
  readonly epoch: Epoch;
  readonly slot: Slot;
  readonly author: AccountId;
  /** 80 bytes. */
  readonly vrfProof: Uint8Array;
}

/** A header with its author's signature, 64 bytes. */
export interface Header extends UnsignedHeader {
  readonly signature: Uint8Array;
}

const fields = {
  number: kceHeight,
  parentHash: kceDigest,
  transactionsRoot: kceDigest,
  stateRoot: kceDigest,
  timestamp: kceSeconds,
  epoch: kceEpoch,
  slot: kceSlot,
  author: kceDigest,
  vrfProof: kceFixed(80),
} as const;

const kceUnsigned: Kce<UnsignedHeader> = kceRecord(fields);

/** A header on the wire and on disk. */
export const kceHeader: Kce<Header> = kceRecord({ ...fields, signature: kceFixed(64) });

/** Bytes of an encoded header. */
export const HEADER_BYTES = 8 + 32 * 3 + 8 * 3 + 32 + 80 + 64;

const PREFIX = asciiBytes(domains.blockHeader);

/** The block's hash: without the signature (kratos-core 3.1). */
export function blockHash(header: UnsignedHeader): Digest {
  return digestOf(blake3(encodeKce(kceUnsigned, header)));
}

/** The bytes that the author signs. @param chainIdentity 32 bytes */
export function headerMessage(chainIdentity: Uint8Array, header: UnsignedHeader): Uint8Array {
  return concatBytes(PREFIX, chainIdentity, Uint8Array.fromHex(blockHash(header)));
}

/** Signs a header. @param secret the author's Ed25519 seed */
export function signHeader(chainIdentity: Uint8Array, header: UnsignedHeader, secret: Uint8Array): Header {
  return { ...header, signature: ed25519.sign(headerMessage(chainIdentity, header), secret) };
}

/** True when the author signed this header for this chain (kratos-core V11). */
export function isSignedByAuthor(chainIdentity: Uint8Array, header: Header): boolean {
  return ed25519.verify(headerMessage(chainIdentity, header), header.signature, Uint8Array.fromHex(header.author));
}
