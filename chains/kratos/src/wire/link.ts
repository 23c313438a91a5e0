import type { Millis } from "@polis/codec";

/** A peer by the text form of its libp2p id; the same after a restart (kratos-core 12.1). */
export type PeerName = string;

/** The gossip topics (kratos-core 12.8). */
export const topics = {
  blocks: "kratos/blocks/1.0.0",
  transactions: "kratos/transactions/1.0.0",
  consensus: "kratos/consensus/1.0.0",
  finality: "kratos/finality/1.0.0",
} as const;
/** A gossip topic by its short name. */
export type Topic = keyof typeof topics;

/** The direct protocols (kratos-core 12.8). */
export const protocols = { req: "kratos/req/1.0.0", genesis: "kratos/genesis/1.0.0" } as const;
/** A direct protocol by its short name. */
export type Protocol = keyof typeof protocols;

/** Why an own request has no answer. */
export type RequestFailure = "timeout" | "gone" | "refused" | "tooLarge";

/** What the network brings. Ids are the adapter's for what comes in, and the machine's for what it asks. */
export type LinkEvent =
  | { readonly kind: "connected"; readonly peer: PeerName }
  | { readonly kind: "disconnected"; readonly peer: PeerName }
  /** `from` is the peer that passed it on; answered by a `verdict` in the same step. */
  | {
      readonly kind: "gossip";
      readonly id: number;
      readonly topic: Topic;
      readonly from: PeerName;
      readonly bytes: Uint8Array;
    }
  /** Answered by `respond` or `refuse`, in the same step or later. */
  | {
      readonly kind: "request";
      readonly id: number;
      readonly peer: PeerName;
      readonly protocol: Protocol;
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: "answer";
      readonly id: number;
      readonly peer: PeerName;
      readonly answer: Uint8Array | RequestFailure;
    };

/** What a machine wants from the network. */
export type LinkEffect =
  | { readonly kind: "publish"; readonly topic: Topic; readonly bytes: Uint8Array }
  /** `accept` lets the gossip layer pass it on; `reject` costs the peer its gossip score too. */
  | { readonly kind: "verdict"; readonly id: number; readonly verdict: "accept" | "ignore" | "reject" }
  | {
      readonly kind: "request";
      readonly id: number;
      readonly peer: PeerName;
      readonly protocol: Protocol;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "respond"; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: "refuse"; readonly id: number }
  | { readonly kind: "disconnect"; readonly peer: PeerName; readonly reason: string }
  /** Ends the connection and takes none until then. The machine keeps the list; the adapter is told it again at start. */
  | { readonly kind: "ban"; readonly peer: PeerName; readonly until: Millis; readonly reason: string };
