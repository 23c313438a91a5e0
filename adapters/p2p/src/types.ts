import type { P2pViolation } from "./errors.ts";

/** A peer by the text form of its libp2p id. */
export type PeerName = string;

/** What the gossip layer does with a message: pass it on, drop it, or drop it at the peer's cost. */
export type GossipVerdict = "accept" | "ignore" | "reject";

/** Why a request has no answer. */
export type RequestFailure = "timeout" | "gone" | "refused" | "tooLarge";

/** What the node is told; every callback returns at once. */
export interface P2pHandlers {
  connected(peer: PeerName): void;
  disconnected(peer: PeerName): void;
  /** @param topic one of the topics of the options @param from the peer that passed it on */
  gossip(topic: string, from: PeerName, bytes: Uint8Array): GossipVerdict;
  /** Undefined refuses. @param protocol one of the protocols of the options @param signal aborted when the asker is gone */
  request(protocol: string, peer: PeerName, bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** The network itself banned a peer for breaking limits; tell it `ban` again after a restart. @param reason its last violation */
  banned?(peer: PeerName, untilMs: number, reason: P2pViolation): void;
}

/** Limits of kratos-core 12.1, 12.2 and 12.8; tests may lower them. */
export interface P2pLimits {
  readonly maxPeers: number;
  readonly minPeers: number;
  /** Inbound connections of one address, half-open ones included. Many nodes on one host need more. */
  readonly connectionsPerIp: number;
  readonly connectionsPerPeer: number;
  /** Outbound peers in one IPv4 /16 or IPv6 /32; loopback and private addresses do not count. */
  readonly outboundPerSubnet: number;
  /** A connection must be encrypted and multiplexed within this time. */
  readonly handshakeTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly gossipMessageBytes: number;
  /** New messages of a peer that the handler does not accept; after them its frames are dropped unread. */
  readonly gossipPerPeerPer10S: number;
  /** Messages of a peer of all kinds, repeated ones too; those above are dropped before their signature is looked at. */
  readonly gossipTotalPerPeerPer10S: number;
  readonly bytesPerPeerPer10S: number;
  /** Requests of a peer that are looked at; a correct node makes far fewer. */
  readonly requestsPerPeerPer10S: number;
  readonly violationsBeforeBan: number;
  /** Length of a ban for violations. */
  readonly banMs: number;
  readonly requestTimeoutMs: number;
  /** Requests answered at once, of all peers; and own requests under way at once. */
  readonly streams: number;
  /** Requests of one peer answered at once. */
  readonly streamsPerPeer: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** What a network is made of. */
export interface P2pOptions {
  /** Ed25519 seed, 32 bytes (`loadNetworkKey`). */
  readonly secret: Uint8Array;
  /** Multiaddresses to listen on, such as `/ip4/0.0.0.0/tcp/30333`; port 0 takes a free one. */
  readonly listen: readonly string[];
  /** Multiaddresses to announce; the listening ones when empty. */
  readonly announce: readonly string[];
  /** Multiaddresses with a peer id, dialled at start and whenever peers are few. */
  readonly bootnodes: readonly string[];
  readonly mdns: boolean;
  /** Names the network among others of mDNS and Kademlia, so that chains do not mix: genesis hash or chain name. */
  readonly networkName: string;
  readonly topics: readonly string[];
  /** Topics among them that may take only half of what a link carries, so that the others always get through. */
  readonly bulkTopics?: readonly string[];
  readonly protocols: readonly string[];
  readonly limits: P2pLimits;
  readonly handlers: P2pHandlers;
  /** One line for a log, at most a few a second. */
  readonly log?: (level: "debug" | "info" | "warn", message: string, fields: Record<string, unknown>) => void;
}

/** A running network. */
export interface P2p {
  readonly id: PeerName;
  /** Full multiaddresses with the peer id. */
  addresses(): readonly string[];
  peers(): readonly PeerName[];
  /** Address that a peer is connected from, for logs and limits; undefined when it is not connected. */
  addressOf(peer: PeerName): string | undefined;
  /** Resolves when the gossip layer has taken it; never rejects because nobody listens. */
  publish(topic: string, bytes: Uint8Array): Promise<void>;
  /** Never rejects. */
  request(protocol: string, peer: PeerName, bytes: Uint8Array): Promise<Uint8Array | RequestFailure>;
  disconnect(peer: PeerName): void;
  /** Ends the connection and refuses new ones until then (Unix milliseconds). */
  ban(peer: PeerName, untilMs: number): void;
  /**
   * More addresses to try, such as those of DNS seeds; one without a peer id takes whoever answers there.
   * @throws P2pError for what is no address; those before it are taken
   */
  addPeers(multiaddresses: readonly string[]): void;
  /** Ends it with every socket, within some seconds whatever peers do. Never rejects. */
  close(): Promise<void>;
}
