import type { DigestSnapshot, TotalsSnapshot, ViewSnapshot } from "./snapshot.ts";

/** One event of the stream (kairos V7). Views, heights, counts and times are numbers here: R32 keeps them below 2^53. */
export type VisualizerEvent =
  | { readonly kind: "current_view_changed"; readonly view: number }
  | { readonly kind: "finalized_view_changed"; readonly view: number; readonly height: number }
  | {
      readonly kind: "totals_changed";
      readonly m_notarizations: number;
      readonly l_notarizations: number;
      readonly nullifications: number;
      readonly cascade_nullifications: number;
    }
  | { readonly kind: "view_started"; readonly view: number; readonly leader: number; readonly timestamp: number }
  | {
      readonly kind: "block_proposed";
      readonly view: number;
      readonly block_hash: string;
      readonly tx_count: number;
      readonly leader: number;
    }
  | { readonly kind: "vote_count_changed"; readonly view: number; readonly count: number }
  | { readonly kind: "nullify_count_changed"; readonly view: number; readonly count: number }
  | {
      readonly kind: "m_notarization";
      readonly view: number;
      readonly timestamp: number;
      readonly block_hash: string | null;
      readonly vote_count: number;
    }
  | {
      readonly kind: "l_notarization";
      readonly view: number;
      readonly timestamp: number;
      readonly block_hash: string | null;
      readonly vote_count: number;
      readonly as_ancestor: boolean;
    }
  | {
      readonly kind: "nullification";
      readonly view: number;
      readonly timestamp: number;
      readonly nullify_count: number;
      readonly cascade: boolean;
    };

/** A state of the ring; `slots` has one entry per slot. */
export interface RingState {
  readonly totals: TotalsSnapshot;
  readonly slots: readonly (ViewSnapshot | undefined)[];
}

const nothing: TotalsSnapshot = {
  currentView: 0,
  finalizedView: 0,
  finalizedHeight: 0,
  mNotarizations: 0,
  lNotarizations: 0,
  nullifications: 0,
  cascades: 0,
};

/** Before anything happened: the difference from here is a full replay of the present state. */
export const emptyState: RingState = { totals: nothing, slots: [] };

/** The leading digest of a view as a block hash; null while no block is known, only votes. */
export function blockOf({ digests }: ViewSnapshot): DigestSnapshot | undefined {
  const leading = digests[0];
  return leading?.isBlock === true ? leading : undefined;
}

/** What must be told between two states (kairos V7), lower views first. */
export function differences(before: RingState, after: RingState): readonly VisualizerEvent[] {
  const events: VisualizerEvent[] = [];
  totalsBetween(before.totals, after.totals, events);
  const changed = after.slots.flatMap((now, i) => (now !== undefined && now !== before.slots[i] ? [{ now, i }] : []));
  changed.sort((a, b) => a.now.view - b.now.view);
  for (const { now, i } of changed) {
    const was = before.slots[i];
    viewBetween(was?.view === now.view ? was : undefined, now, events);
  }
  return events;
}

function totalsBetween(was: TotalsSnapshot, now: TotalsSnapshot, events: VisualizerEvent[]): void {
  if (was.currentView !== now.currentView) events.push({ kind: "current_view_changed", view: now.currentView });
  if (was.finalizedView !== now.finalizedView) {
    events.push({ kind: "finalized_view_changed", view: now.finalizedView, height: now.finalizedHeight });
  }
  const same =
    was.mNotarizations === now.mNotarizations &&
    was.lNotarizations === now.lNotarizations &&
    was.nullifications === now.nullifications &&
    was.cascades === now.cascades;
  if (same) return;
  events.push({
    kind: "totals_changed",
    m_notarizations: now.mNotarizations,
    l_notarizations: now.lNotarizations,
    nullifications: now.nullifications,
    cascade_nullifications: now.cascades,
  });
}

function viewBetween(was: ViewSnapshot | undefined, now: ViewSnapshot, events: VisualizerEvent[]): void {
  const { view, leader } = now;
  if (was === undefined || was.startedAt !== now.startedAt) {
    events.push({ kind: "view_started", view, leader, timestamp: now.startedAt });
  }
  const block = blockOf(now);
  const known = was && blockOf(was);
  const told = known?.isProposed === true && known.hash === block?.hash && known.transactions === block.transactions;
  if (block?.isProposed === true && !told) {
    events.push({ kind: "block_proposed", view, block_hash: block.hash, tx_count: block.transactions, leader });
  }
  const count = now.digests[0]?.votes ?? 0;
  if (count !== (was?.digests[0]?.votes ?? 0)) events.push({ kind: "vote_count_changed", view, count });
  if (now.nullifies !== (was?.nullifies ?? 0)) {
    events.push({ kind: "nullify_count_changed", view, count: now.nullifies });
  }
  certificatesBetween(was, now, events);
}

function certificatesBetween(was: ViewSnapshot | undefined, now: ViewSnapshot, events: VisualizerEvent[]): void {
  const { view } = now;
  const certified = { block_hash: blockOf(now)?.hash ?? null, vote_count: now.digests[0]?.votes ?? 0 };
  if (now.mNotarizedAt !== (was?.mNotarizedAt ?? 0)) {
    events.push({ kind: "m_notarization", view, timestamp: now.mNotarizedAt, ...certified });
  }
  if (now.lNotarizedAt !== (was?.lNotarizedAt ?? 0)) {
    const as_ancestor = now.finalAsAncestor;
    events.push({ kind: "l_notarization", view, timestamp: now.lNotarizedAt, ...certified, as_ancestor });
  }
  const { nullifiedAt, nullifies, cascade } = now;
  // The cascade label comes with finality, after the nullification: the event is told again with it (kairos V8).
  if (nullifiedAt !== (was?.nullifiedAt ?? 0) || cascade !== (was?.cascade ?? false)) {
    events.push({ kind: "nullification", view, timestamp: nullifiedAt, nullify_count: nullifies, cascade });
  }
}
