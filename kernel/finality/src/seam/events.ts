import type { Epoch, Height } from "@polis/codec";
import type { FinalityVote, Justification } from "./types.ts";

/** Names a link of the node; the gadget only hands it back. */
export type FinalityPeer = number;

/** What happens to a gadget. */
export type FinalityEvent =
  /** Begins, after construction: timers and votes may come out. */
  | { readonly kind: "start" }
  | { readonly kind: "vote"; readonly from: FinalityPeer; readonly vote: FinalityVote }
  | { readonly kind: "justification"; readonly from: FinalityPeer; readonly justification: Justification }
  /** A block was imported, or the best chain has another head. */
  | { readonly kind: "chain" }
  | { readonly kind: "timer" }
  | { readonly kind: "votesRequest"; readonly from: FinalityPeer; readonly set: Epoch; readonly round: number }
  | { readonly kind: "votesResponse"; readonly from: FinalityPeer; readonly votes: readonly FinalityVote[] };

/** A message to peers (kratos-core 7.8). Catch-up by justifications is the node's: it keeps them. */
export type FinalityMessage =
  | { readonly kind: "vote"; readonly vote: FinalityVote }
  | { readonly kind: "justification"; readonly justification: Justification }
  | { readonly kind: "votesRequest"; readonly set: Epoch; readonly round: number }
  | { readonly kind: "votesResponse"; readonly votes: readonly FinalityVote[] }
  | { readonly kind: "catchUpRequest"; readonly finalized: Height };
