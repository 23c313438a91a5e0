import {
  decodeRlpList,
  digestOf,
  digestToBytes,
  encodeRlp,
  type Fault,
  fault,
  type Height,
  ok,
  type Result,
  type RlpFault,
  type RlpItem,
  readRlpNumber,
  rlpUint,
  type View,
} from "@polis/codec";
import { type Certificate, type CertificateFault, decodeCertificate, encodeCertificate } from "@polis/crypto";
import { maxCertificateViews, maxDigestsPerRequest, maxRangeBlocks } from "../params.ts";
import type { CertificateWant, FetchedBlock, FetchReply, FetchRequest } from "../seam/messages.ts";
import { type Frame, frameTypes, maxBodyBytes, type WireContext } from "./types.ts";

/** What decoding a request or reply can report, beside the faults of RLP and of certificates. */
export type FetchFault = Fault<"WIRE_TYPE" | "WIRE_TOO_LONG" | "WIRE_LIST"> | RlpFault | CertificateFault;

/** Order of the bits that name kinds in a certificate request. */
const wants: readonly CertificateWant[] = ["notarization", "nullification", "finalization"];
/** Why a reply brings nothing, in the order of their codes from 1 on. */
const absences = ["notFound", "busy", "pruned"] as const;
const none = new Uint8Array(0);
/** A reply holds at most so many certificates: 256 KiB of the shortest kind. */
const maxCertificatesInReply = 1760;

/** A request as an RLP list that begins with its id (kairos 13.3, types 0x20, 0x21, 0x23). */
export function encodeFetchRequest(requestId: number, request: FetchRequest): Frame {
  const id = rlpUint(requestId);
  if (request.kind === "blocksByDigest") {
    return { type: frameTypes.blocksByDigest, body: encodeRlp([id, request.digests.map(digestToBytes)]) };
  }
  if (request.kind === "blockRange") {
    const { from, count, maxBytes } = request;
    return { type: frameTypes.blockRange, body: encodeRlp([id, rlpUint(from), rlpUint(count), rlpUint(maxBytes)]) };
  }
  const mask = request.kinds.reduce((bits, kind) => bits | (1 << wants.indexOf(kind)), 0);
  const views = request.views.map((view) => rlpUint(view));
  return { type: frameTypes.certificateRequest, body: encodeRlp([id, views, rlpUint(mask)]) };
}

/** A reply as an RLP list that begins with the request's id (kairos 13.3, types 0x22, 0x24, 0x25). */
export function encodeFetchReply(requestId: number, reply: FetchReply, n: number): Frame {
  const id = rlpUint(requestId);
  if (reply.kind === "blocks") {
    return { type: frameTypes.blocks, body: encodeRlp([id, reply.items.map((item) => blockItem(item, n))]) };
  }
  if (reply.kind === "certificates") {
    const items = reply.certificates.map((certificate) => encodeCertificate(certificate, n));
    return { type: frameTypes.certificates, body: encodeRlp([id, items]) };
  }
  return { type: frameTypes.notFound, body: encodeRlp([id, rlpUint(absences.indexOf(reply.kind) + 1)]) };
}

/** The item of a Blocks reply or a push: the envelope, and its certificate or nothing. */
export function blockItem({ block, certificate }: FetchedBlock, n: number): RlpItem {
  return [block, certificate === undefined ? none : encodeCertificate(certificate, n)];
}

/** Reads a request. Total: any bytes give a request within the limits of kairos 13.3, or a fault. */
export function decodeFetchRequest(
  type: number,
  body: Uint8Array,
): Result<{ readonly requestId: number; readonly request: FetchRequest }, FetchFault> {
  const fields = open(type, body, 0, maxCertificateViews + 4);
  if (!fields.ok) return fields;
  const [id, ...rest] = fields.value;
  const requestId = readRlpNumber(id ?? []);
  if (!requestId.ok) return requestId;
  const request = readRequest(type, rest);
  return request.ok ? ok({ requestId: requestId.value, request: request.value }) : request;
}

/** Reads a reply; certificates are checked for their form, blocks are views of `body`. */
export function decodeFetchReply(
  type: number,
  body: Uint8Array,
  context: WireContext,
): Result<{ readonly requestId: number; readonly reply: FetchReply }, FetchFault> {
  const fields = open(type, body, context.maxBlockBytes, maxCertificatesInReply + 4);
  if (!fields.ok) return fields;
  const [id, content, ...surplus] = fields.value;
  const requestId = readRlpNumber(id ?? []);
  if (!requestId.ok) return requestId;
  if (content === undefined || surplus.length > 0) return fault("WIRE_LIST");
  const reply = readReply(type, content, context);
  return reply.ok ? ok({ requestId: requestId.value, reply: reply.value }) : reply;
}

function open(type: number, body: Uint8Array, maxBlockBytes: number, maxItems: number) {
  const maxBytes = maxBodyBytes(type, maxBlockBytes);
  if (maxBytes === undefined || type < frameTypes.blocksByDigest) return fault("WIRE_TYPE");
  if (body.length > maxBytes) return fault("WIRE_TOO_LONG");
  return decodeRlpList(body, { maxBytes, maxItems, maxDepth: 3 });
}

function readRequest(type: number, fields: readonly RlpItem[]): Result<FetchRequest, FetchFault> {
  if (type === frameTypes.blocksByDigest) {
    const [list, ...surplus] = fields;
    if (!isList(list) || surplus.length > 0 || list.length === 0 || list.length > maxDigestsPerRequest) {
      return fault("WIRE_LIST");
    }
    if (!list.every((item) => item instanceof Uint8Array && item.length === 32)) return fault("WIRE_LIST");
    return ok({ kind: "blocksByDigest", digests: list.map((item) => digestOf(item as Uint8Array)) });
  }
  if (type === frameTypes.blockRange) {
    const numbers = readNumbers(fields);
    if (!numbers.ok) return numbers;
    const [from, count, maxBytes, ...surplus] = numbers.value;
    if (maxBytes === undefined || surplus.length > 0 || count! < 1 || count! > maxRangeBlocks)
      return fault("WIRE_LIST");
    return ok({ kind: "blockRange", from: from as Height, count: count!, maxBytes });
  }
  if (type !== frameTypes.certificateRequest) return fault("WIRE_TYPE");
  const [list, mask, ...surplus] = fields;
  if (!isList(list) || mask === undefined || surplus.length > 0) return fault("WIRE_LIST");
  if (list.length === 0 || list.length > maxCertificateViews) return fault("WIRE_LIST");
  const views = readNumbers(list);
  const bits = readRlpNumber(mask);
  if (!views.ok) return views;
  if (!bits.ok) return bits;
  if (bits.value < 1 || bits.value > 7) return fault("WIRE_LIST");
  const kinds = wants.filter((_, i) => (bits.value & (1 << i)) !== 0);
  return ok({ kind: "certificates", views: views.value as View[], kinds });
}

function readReply(type: number, content: RlpItem, context: WireContext): Result<FetchReply, FetchFault> {
  if (type === frameTypes.notFound) {
    const code = readRlpNumber(content);
    if (!code.ok) return code;
    const kind = absences[code.value - 1];
    return kind === undefined ? fault("WIRE_LIST") : ok({ kind });
  }
  if (!isList(content)) return fault("WIRE_LIST");
  if (type === frameTypes.certificates) {
    const certificates: Certificate[] = [];
    for (const item of content) {
      const certificate = readCertificate(item, context);
      if (!certificate.ok) return certificate;
      certificates.push(certificate.value);
    }
    return ok({ kind: "certificates", certificates });
  }
  if (type !== frameTypes.blocks) return fault("WIRE_TYPE");
  if (content.length > maxRangeBlocks) return fault("WIRE_LIST");
  const items: FetchedBlock[] = [];
  for (const pair of content) {
    const item = readBlock(pair, context);
    if (!item.ok) return item;
    items.push(item.value);
  }
  return ok({ kind: "blocks", items });
}

/** Reads the item of a Blocks reply or a push. */
export function readBlock(pair: RlpItem, context: WireContext): Result<FetchedBlock, FetchFault> {
  if (!isList(pair) || pair.length !== 2) return fault("WIRE_LIST");
  const [block, encoded] = pair;
  if (!(block instanceof Uint8Array) || block.length === 0 || block.length > context.maxBlockBytes) {
    return fault("WIRE_LIST");
  }
  if (encoded instanceof Uint8Array && encoded.length === 0) return ok({ block, certificate: undefined });
  const certificate = readCertificate(encoded!, context);
  return certificate.ok ? ok({ block, certificate: certificate.value }) : certificate;
}

function readCertificate(item: RlpItem, context: WireContext): Result<Certificate, FetchFault> {
  return item instanceof Uint8Array ? decodeCertificate(item, context.shape) : fault("WIRE_LIST");
}

function readNumbers(items: readonly RlpItem[]): Result<number[], FetchFault> {
  const numbers: number[] = [];
  for (const item of items) {
    const number = readRlpNumber(item);
    if (!number.ok) return number;
    numbers.push(number.value);
  }
  return ok(numbers);
}

function isList(item: RlpItem | undefined): item is readonly RlpItem[] {
  return item !== undefined && !(item instanceof Uint8Array);
}
