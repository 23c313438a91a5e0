import { blockOf, type RingState } from "./events.ts";
import type { NetworkFacts, ViewSnapshot } from "./snapshot.ts";

/** A slot of `/api/state` (kairos V5): 64-bit values as decimal strings, counts and indices as numbers. */
export interface SlotJson {
  readonly view: string;
  readonly leader: number;
  readonly vote_count: number;
  readonly nullify_count: number;
  readonly m_notarized_at: string;
  readonly l_notarized_at: string;
  readonly nullified_at: string;
  readonly started_at: string;
  readonly block_hash: string | null;
  readonly tx_count: number;
  readonly height: string;
  readonly final_as_ancestor: boolean;
  readonly cascade: boolean;
  /** Only when votes of the view name more than one digest (kairos V6); the leading one first. */
  readonly digests?: readonly { readonly block_hash: string; readonly vote_count: number }[];
}

/** `/api/state` (kairos V5). */
export interface StateJson {
  readonly current_view: string;
  readonly finalized_view: string;
  readonly finalized_height: string;
  readonly total_m_notarizations: string;
  readonly total_l_notarizations: string;
  readonly total_nullifications: string;
  readonly total_cascade_nullifications: string;
  readonly node_n: number;
  readonly node_f: number;
  readonly m_threshold: number;
  readonly l_threshold: number;
  readonly node_index: number;
  readonly views: readonly SlotJson[];
}

/** `/api/health` (kairos V4). */
export interface HealthJson {
  readonly current_view: string;
  readonly finalized_view: string;
  readonly node_n: number;
  readonly node_f: number;
}

const unused: ViewSnapshot = {
  view: 0,
  leader: -1,
  nullifies: 0,
  startedAt: 0,
  mNotarizedAt: 0,
  lNotarizedAt: 0,
  nullifiedAt: 0,
  finalAsAncestor: false,
  cascade: false,
  digests: [],
};

/** The whole state. @param all the 256 slots in the order of the ring, used or not; else the used ones by view */
export function stateJson({ totals, slots }: RingState, { n, f, index }: NetworkFacts, all: boolean): StateJson {
  const used = slots.filter((slot) => slot !== undefined).sort((a, b) => a.view - b.view);
  return {
    current_view: `${totals.currentView}`,
    finalized_view: `${totals.finalizedView}`,
    finalized_height: `${totals.finalizedHeight}`,
    total_m_notarizations: `${totals.mNotarizations}`,
    total_l_notarizations: `${totals.lNotarizations}`,
    total_nullifications: `${totals.nullifications}`,
    total_cascade_nullifications: `${totals.cascades}`,
    node_n: n,
    node_f: f,
    m_threshold: 2 * f + 1,
    l_threshold: n - f,
    node_index: index,
    views: all ? slots.map((slot) => slotJson(slot ?? unused)) : used.map(slotJson),
  };
}

/** The summary for probes. */
export function healthJson({ totals }: RingState, { n, f }: NetworkFacts): HealthJson {
  const { currentView, finalizedView } = totals;
  return { current_view: `${currentView}`, finalized_view: `${finalizedView}`, node_n: n, node_f: f };
}

function slotJson(slot: ViewSnapshot): SlotJson {
  const block = blockOf(slot);
  const json: SlotJson = {
    view: `${slot.view}`,
    leader: slot.leader,
    vote_count: slot.digests[0]?.votes ?? 0,
    nullify_count: slot.nullifies,
    m_notarized_at: `${slot.mNotarizedAt}`,
    l_notarized_at: `${slot.lNotarizedAt}`,
    nullified_at: `${slot.nullifiedAt}`,
    started_at: `${slot.startedAt}`,
    block_hash: block?.hash ?? null,
    tx_count: block?.transactions ?? 0,
    height: `${block?.height ?? 0}`,
    final_as_ancestor: slot.finalAsAncestor,
    cascade: slot.cascade,
  };
  if (slot.digests.length < 2) return json;
  return { ...json, digests: slot.digests.map(({ hash, votes }) => ({ block_hash: hash, vote_count: votes })) };
}
