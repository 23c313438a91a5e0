import { addressPlacesAfter, type KairosBackend } from "@polis/kairos";
import type { Store } from "@polis/ports";
import type { ConnectServer } from "@polis/rpc";
import { versionInfo } from "../commands/version.ts";
import { loadConfig } from "../config/loadConfig.ts";
import type { GrpcNode } from "../grpc/grpcNode.ts";
import { startGrpc } from "../grpc/startGrpc.ts";
import type { DevChain } from "./chain/devChain.ts";

/** A development node has no identity on a network. */
const noPeer = "00".repeat(32);

/**
 * Serves gRPC beside a development chain: to every page and under every name, as its JSON-RPC, for the keys are public.
 * @param port 0 takes a free one
 * @throws the listen error of an address that is taken
 */
export async function startDevGrpc(
  { host, port }: { readonly host: string; readonly port: number },
  chain: DevChain,
  backend: KairosBackend,
  store: Store,
): Promise<ConnectServer> {
  const isLocal = ["127.0.0.1", "localhost", "::1"].includes(host);
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const rpc = {
    ...{ listen_addr: address, allow_plaintext: true, rate_limit_per_second: 0, cors_origins: ["*"] },
    ...(isLocal ? {} : { allowed_hosts: ["*"] }),
  };
  const config = loadConfig({ document: { storage: { path: "unused" }, rpc } });
  const server = await startGrpc(config.rpc, devGrpcNode(chain, backend, store, config.mempool));
  if (server === undefined) throw new Error("gRPC is switched on here");
  return server;
}

function devGrpcNode(chain: DevChain, backend: KairosBackend, store: Store, pool: GrpcNode["pool"]): GrpcNode {
  let added = 0;
  backend.events.subscribe(({ what }) => {
    if (what === "pooled") added++;
  });
  return {
    backend,
    gitCommit: versionInfo().commit ?? "",
    peerId: noPeer,
    validatorIndex: 0,
    pool,
    peers: () => [],
    consensus: () => {
      const { header, digest } = chain.head;
      const { view } = header.extra;
      return {
        ...{ view, leader: 0, finalizedView: view, finalizedHash: digest, backoff: 0, canVote: true },
        ...{ highestNotarized: view, timerMs: 0, votes: [], nullifyVotes: 0, isGateBlocked: false },
      };
    },
    isReady: () => true,
    health: () => ({ execution: { healthy: true, reason: `executed up to height ${chain.head.header.number}` } }),
    addressPlacesAfter: (address, after, limit) => addressPlacesAfter(store, address, after, limit),
    rejected: () => ({}),
    added: () => added,
    received: () => added,
  };
}
