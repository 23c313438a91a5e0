import type { Digest } from "@polis/codec";
import type { BlockInfo } from "@polis/ports";
import { maxBlocksReplyBytes, maxRangeBlocks } from "../params.ts";
import type { Peer } from "../seam/events.ts";
import type { FetchedBlock, FetchRequest } from "../seam/messages.ts";
import { type ReplicaState, report } from "../state.ts";
import { holdBlock } from "./blocks.ts";
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
}

/** The first missing body below the highest finalization, and the held block above it, if there is one. */
function findGap(s: ReplicaState): { digest: Digest; child: BlockInfo | undefined } | undefined {
  const top = s.pendingFinal[s.pendingFinal.length - 1];
  if (top === undefined) return undefined;
  let digest = s.views.get(top)!.finalization!.certificate.digest!;
  let child: BlockInfo | undefined;
  for (;;) {
    const entry = s.blocks.get(digest);
    if (entry === undefined) return { digest, child };
    if (entry.status === "executed" || entry.status === "executing") return undefined;
    child = entry.info;
    digest = child.parentDigest;
  }
}

/** The next range to ask for, or undefined when nothing is missing or enough bodies wait for execution. */
function nextRange(s: ReplicaState): FetchRequest | undefined {
  if (findGap(s) === undefined) return undefined;
  if (s.syncTop.height - s.lastFinalized.height >= maxRangeBlocks) return undefined;
  const from = (s.syncTop.height + 1) as typeof s.syncTop.height;
  return { kind: "blockRange", from, count: maxRangeBlocks, maxBytes: maxBlocksReplyBytes / 2 };
}

/**
 * R28, T7: takes the part of a range reply that links from our chain upward to a verified finalization: recomputed
 * digests, parent links, then certificates; execution follows in order. Nothing else of the reply is kept.
 * @returns "progress", "nothing" (an honest peer may have nothing newer) or "wrong" (the peer lied).
 */
export function acceptRange(
  s: ReplicaState,
  items: readonly FetchedBlock[],
  from: Peer,
): "progress" | "nothing" | "wrong" {
  const linked: { info: BlockInfo; item: FetchedBlock }[] = [];
  let below: { height: number; digest: Digest } = s.syncTop;
  for (const item of items.slice(0, maxRangeBlocks)) {
    const inspected = s.deps.inspect(item.block);
    if (!inspected.ok) return "wrong";
    const info = inspected.value;
    if (info.height <= s.syncTop.height && linked.length === 0) continue;
    const links = info.height === below.height + 1 && info.parentDigest === below.digest;
    if (!links || info.view <= s.lastFinalized.view) return "wrong";
    linked.push({ info, item });
    below = info;
  }
  if (linked.length === 0) return "nothing";
  const certified = lastCertified(s, linked, from);
  if (certified === "wrong") return "wrong";
  for (const { info, item } of linked.slice(0, certified + 1)) {
    holdBlock(s, info, item.block);
    s.syncTop = info;
  }
  if (certified >= 0) s.dirty.final = true;
  return certified >= 0 ? "progress" : "nothing";
}

/** Index of the highest block covered by a verified finalization: its own, or one that is already held above it. */
function lastCertified(
  s: ReplicaState,
  linked: readonly { info: BlockInfo; item: FetchedBlock }[],
  from: Peer,
): number | "wrong" {
  const needed = findGap(s)?.digest;
  let last = -1;
  for (const [i, { info, item }] of linked.entries()) {
    const { certificate } = item;
    if (certificate !== undefined) {
      const own = certificate.digest === info.digest && certificate.view === info.view;
      if (
        certificate.kind !== "finalization" ||
        certificate.view < info.view ||
        (certificate.view === info.view && !own)
      ) {
        return "wrong";
      }
      // A certificate of a block above this page is worth keeping too: it says where the page after this one ends.
      if (!onCertificate(s, certificate, from, "fetch")) return "wrong";
      if (own) last = i;
    }
    if (info.digest === needed) last = i;
  }
  return last;
}

/** A pushed or answered range that was wrong costs the peer its place (N8). */
export function reportWrongData(s: ReplicaState, from: Peer, detail: string): void {
  report(s, from, "SYNC_WRONG_DATA", "punish", detail);
}
