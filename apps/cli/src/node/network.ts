import type { Digest } from "@polis/codec";
import type { Genesis } from "@polis/kairos";
import {
  createPeerNetwork,
  DEFAULT_LIMITS,
  type NetHandlers,
  type NetLimits,
  type PeerNetwork,
  ROLE_FOLLOWER,
  ROLE_VALIDATOR,
  type ValidatorPeer,
} from "@polis/net";
import type { BlockInfo, Clock, Logger, Metrics } from "@polis/ports";
import type { Config } from "../config/schema.ts";
import { parseListenAddress } from "../config/values.ts";
import { readUpstream } from "../follower/upstream.ts";
import type { NodeIdentity } from "../keys/identity.ts";
import { forModule } from "../telemetry/logger.ts";
import { CAPABILITY_PRUNED, type NodeRole } from "./role.ts";

export interface NodeNetworkOptions {
  readonly config: Config;
  readonly genesis: Genesis;
  readonly genesisHash: Digest;
  readonly identity: Pick<NodeIdentity, "ed25519">;
  readonly role: Pick<NodeRole, "capabilities" | "requiredPeers">;
  /** Validator index; undefined for a follower. */
  readonly self: number | undefined;
  readonly lastFinalized: () => BlockInfo;
  readonly handlers: NetHandlers;
  readonly clientVersion: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Version of the wire protocol: the major number in the high byte (kairos N4). */
export const PROTOCOL_VERSION = 0x0100;

/** The peer links of a node, from its configuration and genesis (kairos 13, 18.2). */
export function createNodeNetwork(options: NodeNetworkOptions): PeerNetwork {
  const { config, genesis, genesisHash, identity, self } = options;
  const { p2p } = config;
  const listen = { host: p2p.listenAddr.host, port: p2p.listenAddr.port };
  const external = p2p.externalAddr ?? p2p.listenAddr;
  return createPeerNetwork({
    identity: { secretKey: identity.ed25519.secret },
    listen,
    validators: genesis.validators.map((_, index) => validatorPeer(options, index)),
    self,
    // Validators know each other from genesis; whom a follower asks beside them its operator says (N14).
    upstreams: self === undefined ? p2p.bootnodes.map(readUpstream) : [],
    allowFollowers: allowList(p2p.rpcAllow),
    hello: (to) => {
      const last = options.lastFinalized();
      return {
        protocolVersion: PROTOCOL_VERSION,
        chainId: Number(genesis.params.chainId),
        genesisHash,
        role: self === undefined ? ROLE_FOLLOWER : ROLE_VALIDATOR,
        epoch: genesis.params.epoch,
        lastFinalized: { height: last.height, view: last.view, hash: last.digest },
        capabilities: options.role.capabilities(to) | (config.storage.history === "pruned" ? CAPABILITY_PRUNED : 0),
        clientVersion: options.clientVersion.slice(0, 64),
        listenAddresses: [`${external.host}:${external.port}`],
        clusterId: p2p.clusterId,
      };
    },
    handlers: options.handlers,
    maxBlockBytes: genesis.params.block.maxBytes,
    maxMessageBytes: p2p.maxMessageSize,
    readyPeers: options.role.requiredPeers(genesis.n, genesis.f),
    limits: limitsOf(config),
    clock: options.clock,
    logger: forModule(options.logger, "p2p"),
    metrics: options.metrics,
  });
}

/** The keys of the followers that may connect (N16); undefined for everybody. */
function allowList(keys: readonly string[]): ReadonlySet<string> | undefined {
  if (keys.length === 0) return undefined;
  return new Set(keys.map((key) => key.replace(/^0x/, "").toLowerCase()));
}

/** Where a validator is: the configuration's own list first, then the address in genesis. */
function validatorPeer({ config, genesis }: NodeNetworkOptions, index: number): ValidatorPeer {
  const entry = genesis.validators[index];
  if (entry === undefined) throw new Error(`no validator ${index}`);
  const publicKeyHex = entry.p2pPublicKey.toHex();
  const listed = config.p2p.validators.find(
    (peer) => peer.ed25519_public_key.replace(/^0x/, "").toLowerCase() === publicKeyHex,
  );
  const inline = config.consensus.peers.find(
    (peer) => typeof peer !== "string" && peer.p2p_public_key?.replace(/^0x/, "").toLowerCase() === publicKeyHex,
  );
  const text = listed?.address ?? (typeof inline === "object" ? inline.address : undefined) ?? entry.address;
  const address = text === undefined ? undefined : parseListenAddress(text);
  return { index, publicKeyHex, host: address?.host, port: address?.port };
}

/** The configured rates are per peer; bursts keep the proportions of the defaults (kairos N7). */
export function limitsOf({ p2p }: Pick<Config, "p2p">): Partial<NetLimits> {
  const rate = (perSecond: number) => ({ perSecond, burst: 4 * perSecond });
  return {
    vote: rate(p2p.consensusRatePerSecond),
    certificate: rate(p2p.consensusRatePerSecond),
    transaction: rate(p2p.txRatePerSecond),
    request: { perSecond: p2p.syncRatePerSecond, burst: 3 * p2p.syncRatePerSecond },
    bytes: rate(p2p.bytesPerSecond),
    maxFollowers: p2p.rpcMode ? p2p.maxRpcConnections : 0,
    maxClockSkewMs: p2p.maxClockSkew,
    pingIntervalMs: p2p.pingIntervalMs,
    bootstrapTimeoutMs: p2p.bootstrapTimeoutMs,
    outbound: p2p.outbound,
    maxQueueFrames: p2p.messageBacklog,
    proposal: DEFAULT_LIMITS.proposal,
  };
}
