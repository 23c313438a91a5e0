import { join } from "node:path";
import { quantityOf } from "@polis/codec";
import { inlineChainIds, kairosApi } from "@polis/kairos";
import type { Logger } from "@polis/ports";
import { createJsonRpcServer, type Method } from "@polis/rpc";
import { openStorage } from "@polis/storage";
import type { Config } from "../config/schema.ts";
import { startWaitingGrpc } from "../grpc/startWaitingGrpc.ts";
import { tlsOf } from "../listeners/tlsOf.ts";
import { createHealthServer, type HealthServer } from "../telemetry/healthServer.ts";
import type { MetricsRegistry } from "../telemetry/metrics.ts";
import { startProcessGauges } from "../telemetry/processGauges.ts";
import { createVisualizer } from "../visualizer/startVisualizer.ts";

/** What a waiting node is made of. */
export interface WaitingOptions {
  readonly config: Config;
  /** Validators known so far, this one included, and how many there must be. */
  readonly known: number;
  readonly n: number;
  readonly clientVersion: string;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
}

/** A node without a chain: it serves and says what it waits for. */
export interface WaitingNode {
  readonly rpcPort: number | undefined;
  readonly visualizerPort: number | undefined;
  /** For example `consensus: waiting for validator set (1 of 6 known)`. */
  readonly reason: string;
  stop(): Promise<void>;
}

/** JSON-RPC code of kairos J6 for a node that cannot answer yet. */
const NOT_READY = -32_001;

/**
 * Starts what a node can do before its validator set is complete (kairos X8): storage is opened and locked, JSON-RPC,
 * gRPC, metrics, health and the visualizer serve. There is no genesis yet, so there are no peers to shake hands with.
 * @throws StorageError, or the listen error of an address that is taken
 */
export async function startWaiting(options: WaitingOptions): Promise<WaitingNode> {
  const { config, known, n, logger, metrics } = options;
  const reason = `consensus: waiting for validator set (${known} of ${n} known)`;
  // A folder of its own: the chain's tables are made when the genesis that they belong to is known.
  const path = join(config.storage.path, "waiting");
  const storage = await openStorage({ path, tables: [], schema: 1, identity: "waiting", mapSizeBytes: 2 ** 20 });
  let health: HealthServer | undefined;
  let rpc: Awaited<ReturnType<typeof startRpc>> | undefined;
  let grpc: Awaited<ReturnType<typeof startGrpc>> | undefined;
  const visualizer = createVisualizer({
    config: config.visualizer,
    facts: { n, f: config.consensus.f ?? Math.floor((n - 1) / 5), index: -1 },
    roundRobin: true,
    start: { finalizedView: 0, finalizedHeight: 0 },
    wallMs: () => Date.now(),
    ...{ logger, metrics },
  });
  const program = startProcessGauges(metrics, options.clientVersion);
  const stop = async (): Promise<void> => {
    program.stop();
    await Promise.all([rpc?.close(), grpc?.close(), health?.close(), visualizer?.close()]);
    await storage.close();
  };
  try {
    const readiness = () => ({ ready: false, details: [reason] });
    if (config.jsonrpc.enabled) rpc = await startRpc(options, reason);
    if (config.rpc.enabled) grpc = await startGrpc(options, reason);
    if (config.metrics.enabled) {
      const tls = tlsOf("metrics", config.metrics);
      health = await createHealthServer(config.metrics.listenAddress, metrics, readiness, tls);
    }
    await visualizer?.serve();
  } catch (error) {
    await stop();
    throw error;
  }
  logger.log("warn", reason);
  let stopped: Promise<void> | undefined;
  return {
    rpcPort: rpc?.address.port,
    visualizerPort: visualizer?.port,
    reason,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function startGrpc({ config, clientVersion, logger, metrics }: WaitingOptions, reason: string) {
  const { network } = config.consensus;
  const facts = { network, chainId: inlineChainIds[network] ?? 0, version: clientVersion, reason };
  return startWaitingGrpc(config.rpc, facts, logger, metrics);
}

function startRpc(options: WaitingOptions, reason: string) {
  const { jsonrpc, consensus } = options.config;
  const chainId = inlineChainIds[consensus.network] ?? 0;
  const answer = (value: Parameters<typeof ok>[0]): Method<undefined> => ({ params: [], handle: () => ok(value) });
  const startedMs = performance.now();
  const refuse = Object.entries(kairosApi).map(([name, { params, weight }]): [string, Method<undefined>] => [
    name,
    { params, weight, handle: () => ({ ok: false, error: { code: NOT_READY, message: reason } }) },
  ]);
  return createJsonRpcServer<undefined>({
    methods: {
      ...Object.fromEntries(refuse),
      web3_clientVersion: answer(options.clientVersion),
      net_version: answer(`${chainId}`),
      net_listening: answer(false),
      net_peerCount: answer("0x0"),
      eth_chainId: answer(quantityOf(chainId)),
      kairos_status: {
        params: [],
        handle: () =>
          ok({
            network: consensus.network,
            chainId: quantityOf(chainId),
            version: options.clientVersion,
            role: "validator",
            consensus: reason.replace(/^consensus: /, ""),
            syncing: false,
            peers: 0,
            requiredPeers: Math.max(0, options.n - (consensus.f ?? 0) - 1),
            uptimeMs: Math.floor(performance.now() - startedMs),
          }),
      },
    },
    context: undefined,
    tls: tlsOf("jsonrpc", jsonrpc),
    listen: jsonrpc.listenAddr,
    corsOrigins: jsonrpc.corsOrigins,
    allowedHosts: jsonrpc.allowedHosts,
    namespaces: jsonrpc.namespaces,
    logger: options.logger,
    metrics: options.metrics,
  });
}

function ok(value: string | boolean | { readonly [key: string]: string | number | boolean }) {
  return { ok: true, value } as const;
}
