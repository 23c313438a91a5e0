import { type Genesis, protocols, topics } from "@polis/kratos";
import { createP2p, defaultP2pLimits, loadNetworkKey, type P2p, type P2pLimits } from "@polis/p2p";
import type { Logger } from "@polis/ports";
import type { LinkHost } from "./linkHost.ts";
import type { KratosRunOptions } from "./runOptions.ts";

/** A running network and the key that names this node in it. */
export interface Network {
  readonly p2p: P2p;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/**
 * Starts the network of a node.
 * @param genesis undefined while the node has no chain; its slots decide how many messages are usual
 * @throws P2pError for the key of the data directory or an address
 */
export async function openNetwork(
  options: KratosRunOptions,
  link: LinkHost,
  logger: Logger,
  genesis: Genesis | undefined,
): Promise<Network> {
  const secret = loadNetworkKey(options.data.networkKey);
  const p2p = await createP2p({
    secret,
    listen: [`/ip4/0.0.0.0/tcp/${options.p2pPort}`],
    announce: options.publicAddresses,
    bootnodes: options.bootnodes,
    mdns: options.mdns,
    // A joining node knows the name and not yet the hash; chains of one name part at their first status (12.8).
    networkName: options.chainName.toLowerCase(),
    topics: Object.values(topics),
    protocols: Object.values(protocols),
    bulkTopics: [topics.transactions],
    limits: limitsOf(options, genesis),
    handlers: link.handlers,
    log: (level, message, fields) => logger.log(level, message, plain(fields)),
  });
  link.use(p2p);
  return { p2p, secret };
}

/** Adds what others say are peers: an address that makes no sense is left out, and costs nothing but itself. */
export function addKnownPeers({ p2p }: Network, multiaddresses: readonly string[], logger: Logger): void {
  for (const address of multiaddresses) {
    try {
      p2p.addPeers([address]);
    } catch (error) {
      logger.log("debug", "an address is left out", { address, reason: String(error) });
    }
  }
}

/** The limits of kratos-core 12 are for slots of six seconds; shorter ones bring more blocks and votes in the same time. */
function limitsOf({ maxPeers, connectionsPerIp }: KratosRunOptions, genesis: Genesis | undefined): P2pLimits {
  const usual = defaultP2pLimits;
  const factor = Math.max(1, 6 / (genesis?.params.slotSeconds ?? 6));
  return {
    ...usual,
    maxPeers,
    connectionsPerIp,
    minPeers: Math.min(usual.minPeers, maxPeers),
    gossipPerPeerPer10S: Math.ceil(usual.gossipPerPeerPer10S * factor),
    gossipTotalPerPeerPer10S: Math.ceil(usual.gossipTotalPerPeerPer10S * factor),
  };
}

function plain(fields: Record<string, unknown>): Record<string, string | number | boolean> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      typeof value === "number" || typeof value === "boolean" ? value : String(value),
    ]),
  );
}
