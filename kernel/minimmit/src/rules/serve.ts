import type { Digest, Height, View } from "@polis/codec";
import { type Certificate, decodeCertificate } from "@polis/crypto";
import { certificateShape } from "../certificateShape.ts";
import {
  maxBlocksReplyBytes,
  maxCertificatesReplyBytes,
  maxCertificateViews,
  maxDigestsPerRequest,
  maxRangeBlocks,
} from "../params.ts";
import type { Peer } from "../seam/events.ts";
import type { CertificateWant, FetchedBlock, FetchReply, FetchRequest } from "../seam/messages.ts";
import { emit, type ReplicaState, report } from "../state.ts";

/** Bytes that one certificate may take in a reply at most; used to bound replies without encoding. */
const certificateBytes = 300;

/** Answers a peer's request with one bounded reply, to that peer only (N9, N11, R24). */
export function onRequest(s: ReplicaState, from: Peer, requestId: number, request: FetchRequest): void {
  if (!isBounded(request)) {
    report(s, from, "SYNC_BAD_REQUEST");
    return;
  }
  emit(s, { kind: "reply", to: from, requestId, reply: answer(s, request) });
}

function isBounded(request: FetchRequest): boolean {
  if (request.kind === "blocksByDigest") return request.digests.length <= maxDigestsPerRequest;
  if (request.kind === "blockRange") return request.count <= maxRangeBlocks;
  return request.views.length <= maxCertificateViews;
}

function answer(s: ReplicaState, request: FetchRequest): FetchReply {
  if (request.kind === "certificates") {
    const certificates = findCertificates(s, request.views, request.kinds);
    return certificates.length === 0 ? { kind: "notFound" } : { kind: "certificates", certificates };
  }
  const items =
    request.kind === "blocksByDigest"
      ? findBlocks(s, request.digests)
      : findRange(s, request.from, request.count, Math.min(request.maxBytes, maxBlocksReplyBytes));
  if (items.length > 0) return { kind: "blocks", items };
  return { kind: request.kind === "blockRange" && wasFinal(s, request.from) ? "pruned" : "notFound" };
}

/** Finalization stores every height, so what is missing up to the last one has been dropped (kairos 6.4). */
function wasFinal(s: ReplicaState, at: Height): boolean {
  return at > 0 && at <= s.lastFinalized.height;
}

/** Held certificates of the views asked for; any view below the last finalized one is answered by that finalization (R24). */
function findCertificates(s: ReplicaState, views: readonly View[], kinds: readonly CertificateWant[]): Certificate[] {
  const found: Certificate[] = [];
  const limit = Math.floor(maxCertificatesReplyBytes / certificateBytes);
  if (s.finalization !== undefined && views.some((view) => view <= s.lastFinalized.view)) {
    found.push(s.finalization.certificate);
  }
  for (const view of views) {
    const vs = s.views.get(view);
    if (vs === undefined || view <= s.lastFinalized.view) continue;
    for (const proof of [vs.finalization, ...vs.notarizations.values(), vs.nullification]) {
      if (proof !== undefined && kinds.includes(proof.certificate.kind) && found.length < limit) {
        found.push(proof.certificate);
      }
    }
  }
  return found;
}

/** Open bodies from memory, finalized ones from the archive, in the order asked, until the reply is full. */
function findBlocks(s: ReplicaState, digests: readonly Digest[]): FetchedBlock[] {
  const items: FetchedBlock[] = [];
  let bytes = 0;
  for (const digest of digests) {
    const entry = s.blocks.get(digest);
    const open = entry !== undefined && entry.status !== "invalid" ? entry.block : undefined;
    const block = open !== undefined && open.length > 0 ? open : s.deps.archive.blockByDigest(digest);
    if (block === undefined) continue;
    bytes += block.length;
    if (items.length > 0 && bytes > maxBlocksReplyBytes) break;
    const proof =
      digest === s.lastFinalized.digest ? s.finalization : entry && s.views.get(entry.info.view)?.finalization;
    const certificate = proof?.certificate.digest === digest ? proof.certificate : undefined;
    items.push({ block, certificate });
  }
  return items;
}

/**
 * N11: finalized blocks by height with the certificate of the highest block of each directly finalized run. A page ends
 * on such a block when it can, because what follows the last certificate cannot be verified by the asker.
 */
function findRange(s: ReplicaState, from: Height, count: number, maxBytes: number): FetchedBlock[] {
  const items: FetchedBlock[] = [];
  const { archive } = s.deps;
  let bytes = 0;
  let certifiedItems = 0;
  let next = archive.finalizationAt(from);
  for (let h = from; h < from + count && h <= s.lastFinalized.height; h = (h + 1) as Height) {
    const block = archive.blockByHeight(h);
    const encoded = next;
    if (block === undefined || encoded === undefined) break;
    bytes += block.length + certificateBytes;
    if (items.length > 0 && (bytes > maxBlocksReplyBytes || (bytes > maxBytes && certifiedItems > 0))) break;
    next = h < s.lastFinalized.height ? archive.finalizationAt((h + 1) as Height) : undefined;
    const isTop = next === undefined || !sameBytes(encoded, next);
    items.push({ block, certificate: isTop ? decode(s, encoded) : undefined });
    if (isTop) certifiedItems = items.length;
  }
  if (certifiedItems > 0) return items.slice(0, certifiedItems);
  // R28: blocks that became final together and fill more than one reply; the certificate says where they end.
  const last = items.pop();
  const above = last && archive.finalizationAt((from + items.length) as Height);
  if (last !== undefined) items.push({ block: last.block, certificate: above && decode(s, above) });
  return items;
}

function decode(s: ReplicaState, encoded: Uint8Array): Certificate | undefined {
  const decoded = decodeCertificate(encoded, certificateShape(s.scheme, s.config.randomness));
  return decoded.ok ? decoded.value : undefined;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
