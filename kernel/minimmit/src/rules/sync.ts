import type { Digest, Height, View } from "@polis/codec";
import type { Certificate } from "@polis/crypto";
import type { BlockInfo } from "@polis/ports";
import { maxBlocksReplyBytes, maxRangeBlocks, maxRunBlocks, maxSyncAheadBlocks, maxSyncAheadBytes } from "../params.ts";
import type { Peer } from "../seam/events.ts";
import type { FetchedBlock, FetchRequest } from "../seam/messages.ts";
import { type ReplicaState, report } from "../state.ts";
import { diverged, holdBlock } from "./blocks.ts";
import { onCertificate } from "./certificates.ts";
import { isFarBehind, want, wantBlock } from "./fetch.ts";

/** A finalized block whose body is missing is first asked for by digest when it is at most this many views ahead. */
const nearViews = 8;

/**
 * R28: a verified finalization that cannot be finalized yet because bodies are missing. One missing body near the tip is
 * fetched by digest, a longer gap by ranges of heights from the last block that is linked and certified, from peers in turn.
 */
export function chase(s: ReplicaState): void {
  const gap = findGap(s);
  if (gap === undefined) return;
  const child = gap.child;
  const far =
    child === undefined
      ? s.finalizedView - s.lastFinalized.view > nearViews
      : child.height - 1 > s.lastFinalized.height + 1;
  if (far) want(s, "range", () => nextRange(s), undefined);
  if (!isFarBehind(s)) wantBlock(s, gap.digest, child === undefined ? s.finalizedView : child.parentView, s.ahead);
  const end = endOfRun(s);
  const rest = end === undefined ? undefined : gapBelow(s, end);
  if (rest !== undefined) wantBlock(s, rest.digest, rest.child?.parentView ?? end!, undefined);
}

/** The first missing body below a finalization, and the held block above it, if there is one. */
interface Gap {
  readonly digest: Digest;
  readonly child: BlockInfo | undefined;
}

function findGap(s: ReplicaState): Gap | undefined {
  const top = s.pendingFinal[s.pendingFinal.length - 1];
  return top === undefined ? undefined : gapBelow(s, top);
}

/**
 * R28: the blocks that one finalization made final together may be more than a reply holds. The page that ends among them
 * brings the certificate of their end, and from there they are fetched by digest, also far behind. Pages go on from that
 * view when it is final.
 */
function endOfRun(s: ReplicaState): View | undefined {
  const end = s.runEnd;
  if (end === undefined || !isFarBehind(s) || end <= s.syncTop.view || !s.pendingFinal.includes(end)) return undefined;
  return end - s.lastFinalized.view <= s.config.maxViewLead ? end : undefined;
}

function gapBelow(s: ReplicaState, view: View): Gap | undefined {
  let digest = s.views.get(view)!.finalization!.certificate.digest!;
  let child: BlockInfo | undefined;
  for (;;) {
    const entry = s.blocks.get(digest);
    if (entry === undefined) return { digest, child };
    if (entry.status === "executed" || entry.status === "executing") return undefined;
    if (entry.status === "invalid") throw diverged(entry, "rejected before");
    child = entry.info;
    digest = child.parentDigest;
  }
}

/** The next range to ask for, or undefined when nothing is missing or enough bodies wait for execution. */
function nextRange(s: ReplicaState): FetchRequest | undefined {
  if (findGap(s) === undefined || endOfRun(s) !== undefined) return undefined;
  const ahead = s.syncTop.height - s.lastFinalized.height;
  if (ahead >= maxSyncAheadBlocks || (ahead > 0 && s.blockBytes > maxSyncAheadBytes)) return undefined;
  const from = (s.syncTop.height + 1) as typeof s.syncTop.height;
  return { kind: "blockRange", from, count: maxRangeBlocks, maxBytes: maxBlocksReplyBytes / 2 };
}

/** What a reply was worth: "nothing" may come from an honest peer, "empty" and "wrong" do not. */
export type RangeOutcome = "progress" | "nothing" | "empty" | "wrong";

/**
 * R28, T7: takes the part of a range reply that links from our chain upward to a verified finalization: recomputed
 * digests, parent links, certificates, whole bodies; execution follows in order. Nothing else of the reply is kept.
 * @param wanted the first height that was asked for, and so the first of the reply; undefined for a push (N17)
 */
export function acceptRange(
  s: ReplicaState,
  items: readonly FetchedBlock[],
  from: Peer,
  wanted?: Height,
): RangeOutcome {
  if (wanted !== undefined && items.length === 0) return hasSaid(s, from, wanted) ? "empty" : "nothing";
  const linked: Linked[] = [];
  let below: { height: number; digest: Digest } = s.syncTop;
  for (const [i, item] of items.slice(0, maxRangeBlocks).entries()) {
    const inspected = s.deps.inspect(item.block);
    if (!inspected.ok) return "wrong";
    const info = inspected.value;
    if (wanted !== undefined && info.height !== wanted + i) return "wrong";
    if (info.height <= s.syncTop.height && linked.length === 0) continue;
    const links = info.height === below.height + 1 && info.parentDigest === below.digest;
    if (!links || info.view <= s.lastFinalized.view) return "wrong";
    linked.push({ info, item });
    below = info;
  }
  if (linked.length === 0) return "nothing";
  const certified = lastCertified(s, linked, from);
  if (certified === "wrong") return "wrong";
  if (certified < 0) {
    const last = linked[linked.length - 1]!;
    const isExcused = endsInRun(s, last);
    if (isExcused) s.runEnd = last.item.certificate!.view;
    return !isExcused && wanted !== undefined && hasSaid(s, from, linked[0]!.info.height) ? "empty" : "nothing";
  }
  return holdRun(s, linked.slice(0, certified + 1));
}

/** Whether a page ends below a verified finalization that made its blocks final together with others (`endOfRun`). */
function endsInRun(s: ReplicaState, { info, item }: Linked): boolean {
  return item.certificate !== undefined && item.certificate.view - info.view <= s.config.maxViewLead;
}

interface Linked {
  readonly info: BlockInfo;
  readonly item: FetchedBlock;
}

/** Whether the peer has said that this height is final at its side; then it must have the block and a certificate. */
export function hasSaid(s: ReplicaState, from: Peer, height: Height): boolean {
  return (s.saidHeight[from] ?? -1) >= height;
}

function holdRun(s: ReplicaState, run: readonly Linked[]): "progress" | "wrong" {
  for (const { info, item } of run) {
    // The header is certified; the body is what this peer made of it (K4).
    if (s.deps.isWhole?.(item.block) === false) return "wrong";
    holdBlock(s, info, item.block);
    s.syncTop = info;
    s.dirty.final = true;
  }
  return "progress";
}

/**
 * Index of the highest block covered by a verified finalization: its own, or one that is already held above it. A
 * certificate covers all ancestors, so of neighbouring ones only the last of each `maxRunBlocks` is verified and kept.
 */
function lastCertified(s: ReplicaState, linked: readonly Linked[], from: Peer): number | "wrong" {
  const needed = findGap(s)?.digest;
  let verified = -1;
  let candidate = -1;
  for (const [i, { info, item }] of linked.entries()) {
    const place = placeOf(item.certificate, info);
    if (place === "wrong") return "wrong";
    if (place === "own") {
      if (i - verified > maxRunBlocks && candidate > verified) {
        if (!verify(s, linked[candidate]!, from)) return "wrong";
        verified = candidate;
      }
      candidate = i;
    }
    // A certificate of a block above this page is worth keeping too: it says where the page after this one ends.
    if (place === "above" && i === linked.length - 1 && !verify(s, linked[i]!, from)) return "wrong";
    if (info.digest === needed) verified = i;
  }
  if (candidate <= verified) return verified;
  return verify(s, linked[candidate]!, from) ? candidate : "wrong";
}

/** Where the block of a certificate stands to the block that it came with. */
function placeOf(certificate: Certificate | undefined, info: BlockInfo): "none" | "own" | "above" | "wrong" {
  if (certificate === undefined) return "none";
  if (certificate.kind !== "finalization" || certificate.view < info.view) return "wrong";
  if (certificate.view > info.view) return "above";
  return certificate.digest === info.digest ? "own" : "wrong";
}

function verify(s: ReplicaState, { item }: Linked, from: Peer): boolean {
  return onCertificate(s, item.certificate!, from, "fetch");
}

/** A pushed or answered range that was wrong costs the peer its place (N8). */
export function reportWrongData(s: ReplicaState, from: Peer, detail: string): void {
  report(s, from, "SYNC_WRONG_DATA", "punish", detail);
}
