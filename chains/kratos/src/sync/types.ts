import type { Digest, Millis } from "@polis/codec";
import type { BlockRef, Justification } from "@polis/finality";
import type { ChainRules } from "../block/applyBlock.ts";
import type { Block } from "../block/block.ts";
import type { Header } from "../block/header.ts";
import type { ImportOutcome } from "../chain/types.ts";
import type { AccountId } from "../identifiers.ts";
import type { PeerBook, PeerEffect } from "../peers/peerBook.ts";
import type { LinkEffect, LinkEvent, PeerName } from "../wire/link.ts";
import type { Status } from "../wire/messages.ts";
import type { Wire } from "../wire/wire.ts";

/** What synchronisation reads of the chain: a ChainTree is one. */
export interface SyncChain {
  readonly head: { readonly hash: Digest; readonly header: Header };
  readonly final: { readonly hash: Digest; readonly header: Header };
  isKnown(hash: Digest): boolean;
}

/** What a BlockSync is made of. */
export interface SyncOptions {
  readonly chain: SyncChain;
  readonly rules: ChainRules;
  readonly wire: Wire;
  readonly book: PeerBook;
  readonly genesisHash: Digest;
  /** What this node says of itself. */
  readonly status: (now: Millis) => Status;
  /** Names of requests, unique among all that the node makes. */
  readonly nextId: () => number;
  /** True for an account that the head's state knows as a validator: headers of the head's epoch come from nobody else. */
  readonly isValidator?: (account: AccountId) => boolean;
}

/** What happens to a BlockSync. */
export type SyncEvent =
  | Extract<LinkEvent, { kind: "connected" | "disconnected" | "answer" }>
  | { readonly kind: "timer" }
  /** A status that a peer sent as a request. */
  | { readonly kind: "status"; readonly peer: PeerName; readonly status: Status }
  /** A block of a peer was tried, whether gossip or an `import` effect brought it. Every `import` is followed by one. */
  | {
      readonly kind: "tried";
      readonly peer: PeerName;
      readonly block: BlockRef;
      /** The parent that the block names. Only who named a missing parent owes it. */
      readonly parent?: Digest;
      readonly outcome: ImportOutcome;
    }
  /** A buffered block was tried when its parent came; whoever sent it answers for it. */
  | { readonly kind: "drained"; readonly hash: Digest; readonly outcome: ImportOutcome }
  /** A vote or a justification of a peer names a block that is not here. */
  | { readonly kind: "wanted"; readonly peer: PeerName; readonly block: BlockRef };

/** What a BlockSync wants. */
export type SyncEffect =
  | LinkEffect
  | PeerEffect
  /** Import this block, then tell with `tried`. Oldest first, a few in a step. */
  | { readonly kind: "import"; readonly peer: PeerName; readonly block: Block }
  /** For the gadget: a justification of a block that is here. */
  | { readonly kind: "justification"; readonly peer: PeerName; readonly justification: Justification }
  /** A status as a sample of the peer's clock (kratos-core 11.2); `sentAt` is when the question left, if it was one. */
  | { readonly kind: "heard"; readonly peer: PeerName; readonly status: Status; readonly sentAt: Millis | undefined };

/** The four states of kratos-core 12.11. */
export type SyncState = "Idle" | "Synced" | "Downloading" | "FarBehind";

/** How far a node is. */
export interface SyncProgress {
  readonly state: SyncState;
  readonly current: number;
  readonly highest: number;
  /** Blocks per second over the last ten seconds. */
  readonly rate: number;
}
