import type { Address, Digest, View } from "@polis/codec";
import type { AddressPlace, KairosBackend } from "@polis/kairos";
import type { PoolConfig } from "@polis/mempool";

/** What the services ask of a node, beside the backend that JSON-RPC asks too. Absent members are not known here. */
export interface GrpcNode {
  readonly backend: KairosBackend;
  readonly gitCommit: string;
  /** Ed25519 public key as hex: the peer id. */
  readonly peerId: string;
  /** Place of this node among the validators; undefined for a follower. */
  readonly validatorIndex: number | undefined;
  readonly pool: Pick<PoolConfig, "maxTransactions" | "maxBytes">;
  peers(): readonly PeerFacts[];
  consensus(): ConsensusFacts;
  /** Whether the node is ready, as `/readyz` says it (kairos O1): the one answer of all health interfaces. */
  isReady(): boolean;
  /** Parts of the node for a person: p2p, storage, consensus, mempool, execution, sync, and the node as a whole. */
  health(): Readonly<Record<string, ComponentFacts>>;
  /** Finalized transactions of an account, oldest first, behind a place. */
  addressPlacesAfter(address: Address, after: AddressPlace | undefined, limit: number): readonly AddressPlace[];
  /** Refused transactions by the name of the reason, since the start. */
  rejected(): Readonly<Record<string, number>>;
  /** Transactions that have entered the pool since the start. */
  added(): number;
  /** Transactions handed in since the start, by peers and by callers. */
  received(): number;
}

/** A peer as GetPeers shows it. */
export interface PeerFacts {
  readonly peerId: string;
  readonly address: string;
  readonly isValidator: boolean;
  readonly validatorIndex: number | undefined;
  readonly latencyMs: number | undefined;
  readonly score: number;
  readonly connected: boolean;
  readonly isDialled: boolean;
  /** Unix milliseconds. */
  readonly lastSeenMs: number | undefined;
  readonly clientVersion: string;
  readonly finalizedHeight: number;
}

/** Where consensus is. */
export interface ConsensusFacts {
  readonly view: View;
  readonly leader: number | undefined;
  readonly finalizedView: View;
  readonly finalizedHash: Digest;
  readonly backoff: number;
  readonly canVote: boolean;
  readonly highestNotarized: View;
  /** Time that the view is given. */
  readonly timerMs: number;
  /** Distinct signers of the view, by digest and for its nullification. */
  readonly votes: readonly { readonly digest: Digest; readonly count: number }[];
  readonly nullifyVotes: number;
  /** Whether the replica has run as far ahead of finality as it may (R4). */
  readonly isGateBlocked: boolean;
}

/** Whether a part works, and why not. */
export interface ComponentFacts {
  readonly healthy: boolean;
  readonly reason: string;
}
