import type { Digest, Millis } from "@polis/codec";
import type { Genesis } from "../genesis/buildGenesis.ts";
import type { PeerBook, PeerEffect } from "../peers/peerBook.ts";
import type { LinkEffect, LinkEvent } from "../wire/link.ts";
import type { Wire } from "../wire/wire.ts";

/** What a joining node knows beforehand. */
export interface JoinOptions {
  readonly wire: Wire;
  readonly book: PeerBook;
  /** The name of the chain that is expected, `KratOs` on production. */
  readonly chainName: string;
  readonly protocolVersion: number;
  /** The genesis hash, when the operator pinned it. */
  readonly pin: Digest | undefined;
  /** The operator accepts what all reachable peers say, though they are fewer than three. */
  readonly acceptFewer: boolean;
  readonly nextId: () => number;
}

/** What happens to a joining node. */
export type JoinEvent = LinkEvent | { readonly kind: "start" } | { readonly kind: "timer" };

/** Why a node did not join. */
export type JoinFailure =
  | "GENESIS_NO_ANSWER"
  | "GENESIS_TOO_FEW_PEERS"
  | "GENESIS_DISAGREEMENT"
  | "GENESIS_PIN_UNKNOWN";

/** What a joining node wants. The last effect is `joined` or `failed`. */
export type JoinEffect =
  | LinkEffect
  | PeerEffect
  | { readonly kind: "setTimer"; readonly at: Millis }
  /** Store the record, block and state in one commit, and begin. */
  | { readonly kind: "joined"; readonly genesis: Genesis }
  | { readonly kind: "failed"; readonly code: JoinFailure; readonly message: string; readonly hint: string };

/** Genesis exchange of a node with an empty database (kratos-core 12.10): a pin, or peers that agree. */
export class GenesisJoin {
  constructor(_options: JoinOptions) {
    throw new Error("not written yet");
  }

  /** Applies an event. Nothing happens any more after `joined` or `failed`. */
  step(_now: Millis, _event: JoinEvent): readonly JoinEffect[] {
    throw new Error("not written yet");
  }
}
