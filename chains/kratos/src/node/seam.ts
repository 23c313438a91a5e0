import type { Digest, Millis, Slot } from "@polis/codec";
import type { Justification } from "@polis/finality";
import type { Row } from "@polis/ports";
import type { Json } from "../api/json.ts";
import type { LinkEffect, LinkEvent } from "../wire/link.ts";

/** What happens to a running node. `now` is Unix time in milliseconds: slots are wall time (kratos-core 1.2). */
export type NodeEvent =
  | LinkEvent
  /** After construction, and after the host told the network of the bans that `bans()` gives. */
  | { readonly kind: "start" }
  | { readonly kind: "timer" }
  /** The network itself banned a peer for breaking its limits: remembered as every other ban. `until` is Unix time. */
  | { readonly kind: "banned"; readonly peer: string; readonly until: Millis; readonly reason: string };

/** What a node wants. Effects are carried out in order; `persist` is a barrier: what follows waits until it is durable. */
export type NodeEffect =
  | LinkEffect
  /** Rows of the store `producer`: signed slots and own votes (I14). The chain's own commits are made by the ChainTree. */
  | { readonly kind: "persist"; readonly rows: readonly Row[] }
  /** Rows of the chain's store that are not the ChainTree's: bans, scores. No barrier. */
  | { readonly kind: "remember"; readonly rows: readonly Row[] }
  /** The local clock layer in the form of `clock_health.json`. No barrier. */
  | { readonly kind: "saveClock"; readonly record: Json }
  /** One timer: a later one replaces it. */
  | { readonly kind: "setTimer"; readonly at: Millis }
  | { readonly kind: "report"; readonly report: NodeReport };

/** What a log, a metric or a test would like to know. Never secret. */
export type NodeReport =
  | {
      readonly kind: "produced";
      readonly slot: Slot;
      readonly number: number;
      readonly hash: Digest;
      readonly transactions: number;
    }
  | { readonly kind: "skipped"; readonly slot: Slot; readonly reason: string }
  | { readonly kind: "imported"; readonly number: number; readonly hash: Digest; readonly from: string | undefined }
  | { readonly kind: "reorganised"; readonly depth: number; readonly head: Digest }
  | { readonly kind: "finalized"; readonly number: number; readonly hash: Digest; readonly slotsBehind: number }
  | { readonly kind: "syncing"; readonly current: number; readonly highest: number; readonly state: string }
  | {
      readonly kind: "fault";
      readonly peer: string;
      readonly code: string;
      readonly action: "none" | "score" | "disconnect" | "ban";
    }
  | { readonly kind: "security"; readonly state: string; readonly reason: string }
  | { readonly kind: "clock"; readonly status: string; readonly driftMs: number }
  /** Two valid justifications contradict each other: nothing is finalised any more (kratos-core 7.6). */
  | { readonly kind: "alarm"; readonly finalized: number; readonly conflicting: Justification };
