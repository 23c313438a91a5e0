import { createHash } from "node:crypto";
import { noise } from "@chainsafe/libp2p-noise";
import { yamux } from "@chainsafe/libp2p-yamux";
import type { GossipSub } from "@libp2p/gossipsub";
import { type Identify, identify } from "@libp2p/identify";
import type { ConnectionGater, PeerInfo, PrivateKey } from "@libp2p/interface";
import { type KadDHT, kadDHT, passthroughMapper } from "@libp2p/kad-dht";
import { mdns } from "@libp2p/mdns";
import { type Ping, ping } from "@libp2p/ping";
import { createLibp2p, type Libp2p } from "libp2p";
import { ADMISSION_MS } from "./admission.ts";
import { boundedStore } from "./boundedStore.ts";
import { gossipService } from "./gossip.ts";
import { silentLogger } from "./silentLogger.ts";
import { Sockets } from "./sockets.ts";
import type { P2pOptions } from "./types.ts";

/** The services that a host of this package runs. */
export interface Services extends Record<string, unknown> {
  gossip: GossipSub;
  identify: Identify;
  kad: KadDHT;
  ping: Ping;
}
/** A libp2p node with our services. */
export type Host = Libp2p<Services>;

const PENDING_CONNECTIONS = 64;
const PARALLEL_DIALS = 16;
const PING_EVERY_MS = 20_000;
/** Streams of a connection besides requests: gossip, identify, ping, Kademlia. */
const OTHER_STREAMS = 128;
const PREFIX = "kratos";

/** The protocol by which the nodes of one network know each other. @returns a libp2p protocol id */
export function networkProtocol(networkName: string): string {
  return `/kratos/${networkTag(networkName)}/kad/1.0.0`;
}

/** A short form of a network's name that fits every place: 16 hex characters of SHA-256. */
function networkTag(networkName: string): string {
  return createHash("sha256").update(networkName).digest("hex").slice(0, 16);
}

/**
 * Makes a libp2p node of TCP, Noise and Yamux with the services of kratos-core 12.1, not yet started.
 * @param foundByMdns called for every answer on the local network
 * @param sockets gets hold of every socket
 */
export async function createHost(
  options: P2pOptions,
  privateKey: PrivateKey,
  connectionGater: ConnectionGater,
  foundByMdns: (peer: PeerInfo) => void,
  sockets = new Sockets(),
): Promise<Host> {
  const { limits } = options;
  return createLibp2p<Services>({
    start: false,
    privateKey,
    connectionGater,
    logger: silentLogger,
    datastore: boundedStore(),
    nodeInfo: { name: "polis-kratos", version: "0.1.0", userAgent: "polis-kratos/0.1.0" },
    addresses: { listen: [...options.listen], announce: [...options.announce] },
    transports: [
      sockets.transport({
        inboundSocketInactivityTimeout: limits.idleTimeoutMs,
        outboundSocketInactivityTimeout: limits.idleTimeoutMs,
        maxConnections: limits.maxPeers * limits.connectionsPerPeer + PENDING_CONNECTIONS,
        dialOpts: { noDelay: true },
        listenOpts: { noDelay: true },
      }),
    ],
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        keepAliveInterval: PING_EVERY_MS,
        maxInboundStreams: limits.streams + OTHER_STREAMS,
        maxOutboundStreams: limits.streams + OTHER_STREAMS,
        streamOptions: { inactivityTimeout: 2 * limits.idleTimeoutMs },
      }),
    ],
    connectionManager: {
      maxConnections: limits.maxPeers * limits.connectionsPerPeer,
      maxIncomingPendingConnections: PENDING_CONNECTIONS,
      inboundConnectionThreshold: Math.max(5, limits.connectionsPerIp),
      inboundUpgradeTimeout: limits.handshakeTimeoutMs,
      dialTimeout: limits.handshakeTimeoutMs,
      addressDialTimeout: Math.ceil(limits.handshakeTimeoutMs / 2),
      maxParallelDials: PARALLEL_DIALS,
      reconnectRetries: 0,
      resolvers: {},
    },
    connectionMonitor: {
      protocolPrefix: PREFIX,
      pingInterval: PING_EVERY_MS,
      pingTimeout: { minTimeout: limits.idleTimeoutMs - PING_EVERY_MS, maxTimeout: limits.idleTimeoutMs },
    },
    peerStore: { maxAddressAge: 3_600_000, maxPeerAge: 3_600_000 },
    peerDiscovery: options.mdns ? [localDiscovery(options.networkName, foundByMdns)] : [],
    services: {
      identify: identify({ protocolPrefix: PREFIX, timeout: ADMISSION_MS, maxObservedAddresses: 4 }),
      ping: ping({ protocolPrefix: PREFIX }),
      gossip: gossipService(options),
      kad: kadDHT({
        protocol: networkProtocol(options.networkName),
        clientMode: false,
        peerInfoMapper: passthroughMapper,
        allowQueryWithZeroPeers: true,
        // Nobody may store keys here: the network uses Kademlia to find peers only.
        validators: { pk: refuseRecord },
      }),
    },
  });
}

function refuseRecord(): never {
  throw new Error("this network stores no records");
}

function localDiscovery(
  networkName: string,
  found: (peer: PeerInfo) => void,
): (components: Parameters<ReturnType<typeof mdns>>[0]) => ReturnType<ReturnType<typeof mdns>> {
  const make = mdns({ serviceTag: `_kratos-${networkTag(networkName)}._udp.local` });
  return (components) => {
    const service = make(components);
    service.addEventListener("peer", ({ detail }) => found(detail));
    return service;
  };
}
