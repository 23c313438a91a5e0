import type { Clock, Logger, Metrics } from "@polis/ports";
import type { Channel } from "./frameTypes.ts";
import type { Hello } from "./hello.ts";
import type { NetLimits } from "./limits.ts";

/** A host name or address and a TCP port. Names are resolved anew at each dial (kairos N13). */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A member of the validator list. Without an address it is not dialled and may only come to us. */
export interface ValidatorPeer {
  readonly index: number;
  /** Ed25519 public key, 64 hex characters: the peer id (kairos N1). */
  readonly publicKeyHex: string;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** A follower that this node dials: its key and where it is. */
export interface UpstreamPeer extends Address {
  readonly publicKeyHex: string;
}

/** Whom a Hello is for. */
export interface HelloTarget {
  readonly peerId: string;
  /** True when this side has dialled. */
  readonly dialled: boolean;
}

/** A peer's number: its validator index, or n and above for a follower. */
export type PeerIndex = number;

/** What the network calls. Bodies are opaque; they may be kept, and must not be written to. */
export interface NetHandlers {
  /** @returns false when the consumer is full: reading from this peer stops until `resume` (kairos N10). */
  onConsensus(peer: PeerIndex, type: number, body: Uint8Array): boolean | undefined;
  onBulk(peer: PeerIndex, type: number, body: Uint8Array): boolean | undefined;
  /** Up when all connections with the peer are (validators: consensus and bulk; followers: bulk), down when one is lost. */
  onLink(peer: PeerIndex, up: boolean, hello: Hello): void;
}

export interface PeerNetworkOptions {
  /** The Ed25519 seed, 32 bytes. */
  readonly identity: { readonly secretKey: Uint8Array };
  /** Where to listen; absent for a node that only dials. Port 0 lets the system choose. */
  readonly listen?: Address | undefined;
  readonly validators: readonly ValidatorPeer[];
  /** Our validator index; undefined for a follower. */
  readonly self: number | undefined;
  /** Followers that this node dials beside the validators, because it trusts them to be there (kairos N14). */
  readonly upstreams?: readonly UpstreamPeer[] | undefined;
  /** The Hello of this moment (kairos N4), for one peer or, without one, to compare with. */
  readonly hello: (to?: HelloTarget) => Hello;
  readonly handlers: NetHandlers;
  /** `block.maxBytes`; bounds proposals and blocks. */
  readonly maxBlockBytes: number;
  /** Longest frame with a block; what a block needs by default, and never less. */
  readonly maxMessageBytes?: number | undefined;
  /** n - f - 1 of kairos N12; default with f = floor((n-1)/5). */
  readonly readyPeers?: number | undefined;
  /** N16: keys of followers that may connect; default all. */
  readonly allowFollowers?: ReadonlySet<string> | undefined;
  readonly limits?: Partial<NetLimits> | undefined;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
  /** A number in [0, 1) for the jitter of back-off; default Math.random. */
  readonly random?: (() => number) | undefined;
}

export interface PeerInfo {
  readonly peer: PeerIndex;
  readonly peerId: string;
  readonly isValidator: boolean;
  /** This node dials it: a validator, or one of `upstreams`. */
  readonly isUpstream: boolean;
  readonly up: boolean;
  readonly channels: readonly Channel[];
  readonly rttMs: number | undefined;
  /** Time since something came from it. */
  readonly idleMs?: number;
  readonly queuedBytes: number;
  readonly score: number;
  readonly hello: Hello | undefined;
}

/** Authenticated links with validators and followers (kairos §13). */
export interface PeerNetwork {
  readonly peerId: string;
  /** Listens and dials. @returns the address listened on. @throws NetError. */
  start(): Promise<Address | undefined>;
  /** @returns false when there is no such connection or its queue is full of newer messages (then counted). */
  sendConsensus(peer: PeerIndex, type: number, body: Uint8Array, view: number): boolean;
  /** To all other validators that are connected; the body is shared. @returns how many took it. */
  broadcastConsensus(type: number, body: Uint8Array, view: number): number;
  sendBulk(peer: PeerIndex, type: number, body: Uint8Array): boolean;
  broadcastBulk(type: number, body: Uint8Array, filter?: (peer: PeerInfo) => boolean): number;
  /**
   * Charges a peer (kairos N8): at 100 a validator is throttled by validators, whose quorums may need it. Everybody else is
   * banned, and a follower bans validators too.
   */
  report(peer: PeerIndex, points: number, reason: string): void;
  /**
   * Bans a peer as its score would, for ten minutes and each time twice as long, and ends its links; also one that is not
   * connected. @returns the length in milliseconds; undefined for a peer that may not be banned here.
   */
  ban(peerId: string): number | undefined;
  /** Dials now whatever is not connected and waits for its back-off. @returns how many addresses. */
  refresh(): number;
  /** Ends the links with a peer; one that this node dials is dialled again, with a new Hello. */
  redial(peer: PeerIndex): void;
  pause(peer: PeerIndex): void;
  resume(peer: PeerIndex): void;
  peers(): readonly PeerInfo[];
  /** Bytes written to all connections since the start, frame headers included. */
  readonly sentBytes: number;
  /** The fullest state of any send queue since the last call, 0 to 1; a saturated queue drops frames (kairos N10). */
  takeQueuePeak(): number;
  /** Gives a validator a new address and dials it (kairos N13). */
  setAddress(peer: PeerIndex, address: Address): void;
  /**
   * Replaces the followers that a follower dials (kairos N13). Links that work stay; nothing happens in a validator, which
   * knows whom it dials from genesis.
   */
  setUpstreams(peers: readonly UpstreamPeer[]): void;
  /** Resolves once enough validators are connected, or with false after the bootstrap timeout; latched (kairos N12). */
  waitReady(): Promise<boolean>;
  close(): Promise<void>;
}
