import type { Fault, Millis } from "@polis/codec";
import type { FinalityFaultCode } from "../errors.ts";
import type { FinalityMessage, FinalityPeer } from "./events.ts";
import type { BlockRef, EquivocationProof, FinalityVote, Justification, VoterSet } from "./types.ts";

/** What a gadget wants from the world. */
export type FinalityEffect =
  /** Own votes: the effects behind it wait until they are durable. */
  | { readonly kind: "persist"; readonly votes: readonly FinalityVote[] }
  | { readonly kind: "broadcast"; readonly message: FinalityMessage }
  | { readonly kind: "send"; readonly to: FinalityPeer; readonly message: FinalityMessage }
  /** A vote of somebody else is valid and new: pass it on (kratos-core 7.8). */
  | { readonly kind: "relay"; readonly except: FinalityPeer; readonly message: FinalityMessage }
  /** One timer: a later one replaces it. */
  | { readonly kind: "setTimer"; readonly at: Millis }
  /** The block and its ancestors are final; store the justification. */
  | { readonly kind: "finalize"; readonly block: BlockRef; readonly justification: Justification }
  | { readonly kind: "newSet"; readonly set: VoterSet }
  | { readonly kind: "equivocation"; readonly proof: EquivocationProof }
  /** Two valid justifications contradict each other: the gadget stops (kratos-core 7.6). */
  | { readonly kind: "alarm"; readonly finalized: BlockRef; readonly conflicting: Justification }
  | { readonly kind: "report"; readonly peer: FinalityPeer; readonly fault: Fault<FinalityFaultCode> };
