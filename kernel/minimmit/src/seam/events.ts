import type { Digest, Fault, Height, View } from "@polis/codec";
import type { BlockInfo } from "@polis/ports";
import type { FetchReply, FetchRequest, Message } from "./messages.ts";

/** A peer of this node: 0..n-1 are the validators by index, larger numbers are followers, given by the host. */
export type Peer = number;

/** What can happen to a replica. One event, one `step`. */
export type ReplicaEvent =
  /** The host is up and storage is open; sent once, first (R1, R26). */
  | { readonly kind: "start" }
  /** A decoded frame of the consensus link of validator `from`. */
  | { readonly kind: "message"; readonly from: Peer; readonly message: Message }
  /**
   * Frames that had arrived together, in their order. Their votes are all counted before any is combined, so that a full
   * quorum costs one verification where single events would first pay for the smaller one.
   */
  | { readonly kind: "messages"; readonly items: readonly { readonly from: Peer; readonly message: Message }[] }
  /** A timer set earlier has fired. A stale name is ignored (testing T14). */
  | { readonly kind: "timer"; readonly name: string }
  /** Answer to `execute`. `wait` says when a block that is too early may be tried again (B5). */
  | { readonly kind: "executed"; readonly digest: Digest; readonly info: BlockInfo }
  | { readonly kind: "rejected"; readonly digest: Digest; readonly fault: Fault }
  /** Answer to `build`; the block is executed already. */
  | {
      readonly kind: "built";
      readonly view: View;
      readonly block: Uint8Array;
      readonly info: BlockInfo;
      readonly transactions: number;
    }
  /** The pool's answer to "is there a transaction for the next block" has changed (R8, R14). */
  | { readonly kind: "pool"; readonly executable: boolean }
  /** A peer asks on the bulk link. */
  | { readonly kind: "request"; readonly from: Peer; readonly requestId: number; readonly request: FetchRequest }
  /** A reply to `fetch`, matched by id; items are not verified yet. */
  | { readonly kind: "reply"; readonly from: Peer; readonly requestId: number; readonly reply: FetchReply }
  /** Links of validators that came up or went down: fetches and status go to connected ones first. */
  | {
      readonly kind: "link";
      readonly peer: Peer;
      readonly up: boolean;
      /** The height that the peer says is final at its side (N4); a peer that has said so must have the blocks. */
      readonly finalizedHeight?: Height;
    };
