import type { Hello, HelloTarget, PeerInfo } from "@polis/net";
import type { NodeIdentity } from "../keys/identity.ts";
import type { Readiness } from "../telemetry/healthServer.ts";
import type { Execution } from "./execution.ts";

/** The key of a node that only follows: it has no other (kairos L1). */
export type LinkIdentity = Pick<NodeIdentity, "ed25519">;

/** What a role judges the state of its node by. */
export interface RoleFacts {
  readonly peers: readonly PeerInfo[];
  /** n and f of genesis. */
  readonly n: number;
  readonly f: number;
  readonly finalizedHeight: number;
  /** View of the last finalized block, and the highest view of which a finalization is known (F of R4). */
  readonly lastView: number;
  readonly knownView: number;
  /** View of the last finalized block when the node started. */
  readonly startView: number;
  /** The view that this node is in. */
  readonly view: number;
  /** Since blocks became final here, or since the start. */
  readonly silentMs: number;
  /** `health.stall_after` and the pause of an idle network. */
  readonly stallAfterMs: number;
}

/**
 * Everything in which a validator and a follower differ (kairos 1.3, L1, N16). A node is made of the same parts in both
 * cases, and asks its role at these places.
 */
export interface NodeRole {
  readonly name: "validator" | "follower";
  /** Validators, or peers that it dials, that must be connected for the node to count as network-ready (N12). */
  requiredPeers(n: number, f: number): number;
  /** Capabilities of the Hello for one peer (N4). */
  capabilities(to: HelloTarget | undefined): number;
  /** Whether a frame of this type may come from the peer; a correct one sends no other. */
  admits(peer: number, type: number): boolean;
  /** Whether blocks and certificates may be asked of this peer. Told of every link, up or down. */
  onLink(peer: PeerInfo, up: boolean, hello: Hello): boolean;
  /** How blocks are executed beside everything else in the process. */
  pace(execution: Execution): Execution;
  readiness(facts: RoleFacts): Readiness;
}

/** Bit of `capabilities` in a Hello (N4): push finalized blocks to me as they finalize (N17). */
export const CAPABILITY_FEED = 1;
/** Bit of `capabilities`: I keep only the newest blocks (kairos 6.4), so that not having an old one is no lie. */
export const CAPABILITY_PRUNED = 2;
/** Frames of consensus have types below this one (kairos 13.3). */
export const FIRST_BULK_TYPE = 0x10;
