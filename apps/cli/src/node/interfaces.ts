import { randomBytes } from "node:crypto";
import { height as asHeight, view as asView, type Digest, type Fault, type Result } from "@polis/codec";
import {
  type ApiEvents,
  type ApiLimits,
  createBackend,
  type KairosBackend,
  type NodeStatus,
  type TransactionFault,
} from "@polis/kairos";
import type { Replica } from "@polis/minimmit";
import type { PeerNetwork } from "@polis/net";
import type { Logger } from "@polis/ports";
import type { ConnectServer, JsonRpcServer } from "@polis/rpc";
import { startAdmin } from "../admin/startAdmin.ts";
import { startJsonRpc } from "../api/startJsonRpc.ts";
import { type CallService, createCallService } from "../calls/createCallService.ts";
import type { Config } from "../config/schema.ts";
import { startGrpc } from "../grpc/startGrpc.ts";
import { tlsOf } from "../listeners/tlsOf.ts";
import { createHealthServer, type HealthServer, type Readiness } from "../telemetry/healthServer.ts";
import type { MetricsRegistry } from "../telemetry/metrics.ts";
import type { PaymentTracer } from "../telemetry/tracing/paymentTracer.ts";
import { type Chain, historyOf } from "./chain.ts";
import { finalityProof } from "./finalityProof.ts";
import { grpcNode } from "./grpcNode.ts";
import type { NodeObserver } from "./nodeEvents.ts";
import { nodeFacts } from "./nodeFacts.ts";
import type { NodeRole } from "./role.ts";
import { saidHeight } from "./saidHeight.ts";

export interface InterfacesOptions {
  readonly config: Config;
  readonly chain: Chain;
  readonly replica: Replica;
  readonly network: PeerNetwork;
  readonly submit: (envelope: Uint8Array) => Promise<Result<Digest, Fault>>;
  readonly readiness: () => Readiness;
  readonly role: Pick<NodeRole, "name" | "requiredPeers">;
  /** Why the node has stopped itself; undefined while it works. */
  readonly failure: () => unknown;
  readonly events: ApiEvents;
  readonly tracer: PaymentTracer | undefined;
  readonly clientVersion: string;
  readonly observer: NodeObserver;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
}

/** The servers of a node: JSON-RPC, gRPC, metrics with health, and the operator's. */
export interface Interfaces {
  readonly rpcPort: number | undefined;
  readonly grpcPort: number | undefined;
  readonly adminPort: number | undefined;
  close(): Promise<void>;
}

/** Starts what the configuration enables. Throws the listen error of an address that is taken. */
export async function startInterfaces(options: InterfacesOptions): Promise<Interfaces> {
  const { config, readiness, logger, metrics } = options;
  const calls = startCalls(options);
  const backend = tracedBackend(backendOf(options, calls), options.tracer);
  let rpc: JsonRpcServer | undefined;
  let grpc: ConnectServer | undefined;
  let health: HealthServer | undefined;
  let admin: ConnectServer | undefined;
  const close = async () => {
    await Promise.all([rpc?.close(), grpc?.close(), health?.close(), admin?.close(), calls.close()]);
  };
  try {
    rpc = await startJsonRpc(config.jsonrpc, backend, logger, metrics);
    grpc = await startGrpc(config.rpc, grpcNode(options, backend), logger, metrics);
    if (config.metrics.enabled) {
      const tls = tlsOf("metrics", config.metrics);
      health = await createHealthServer(config.metrics.listenAddress, metrics, readiness, tls);
    }
    admin = await startAdmin({
      ...options,
      requestShutdown: () => options.observer.onShutdownRequest?.() ?? false,
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { rpcPort: rpc?.address.port, grpcPort: grpc?.address.port, adminPort: admin?.address.port, close };
}

/** Threads start with the first call. */
function startCalls({ config, chain, events, logger, metrics }: InterfacesOptions): CallService {
  const { jsonrpc, storage, workers } = config;
  let settled: number = chain.ledger.lastFinalized.height;
  events.subscribe((event) => {
    if (event.what === "final") settled = event.height;
  });
  return createCallService({
    ...{ genesis: chain.genesis, reader: chain.ledger, logger, metrics },
    settledHeight: () => settled,
    path: storage.path,
    mapSizeBytes: storage.mapSize,
    history: historyOf(config),
    threads: workers.execution,
    callTimeoutMs: jsonrpc.callTimeoutMs,
    traceTimeoutMs: jsonrpc.traceTimeoutMs,
    maxResponseBytes: jsonrpc.maxResponseBytes,
  });
}

function backendOf(options: InterfacesOptions, calls: CallService): KairosBackend {
  const { config, chain, replica, network, clientVersion } = options;
  const startedMs = performance.now();
  const status = (): NodeStatus => ({
    network: chain.genesis.network,
    role: options.role.name,
    currentView: replica.view,
    finalizedView: replica.lastFinalized.view,
    peers: network.peers().filter(({ up }) => up).length,
    requiredPeers: options.role.requiredPeers(chain.genesis.n, chain.genesis.f),
    mempool: chain.ledger.pool.status(),
    uptimeMs: Math.floor(performance.now() - startedMs),
    syncingTo: syncTarget(replica, network),
  });
  return createBackend({
    reader: chain.ledger,
    genesis: chain.genesis,
    clientVersion,
    // Everything that refuses a transaction here carries a code of kairos 7.6.
    submit: (envelope) => options.submit(envelope) as Promise<Result<Digest, TransactionFault>>,
    finalityProof: (at) => finalityProof(chain.ledger, chain.archive, chain.voting.shape, at),
    status,
    events: options.events,
    run: (job, signal) => calls.run(job, signal),
    facts: nodeFacts(chain, replica, options.readiness),
    limits: apiLimits(config),
    nowMs: () => performance.now(),
    nextTimestampS: () => Math.floor(Date.now() / 1000),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    newId: () => `0x${randomBytes(16).toString("hex")}`,
  });
}

/** Tells the tracer when somebody asks for a transaction that is final: every receipt is found by its place. */
function tracedBackend(backend: KairosBackend, tracer: PaymentTracer | undefined): KairosBackend {
  if (tracer === undefined) return backend;
  const location: KairosBackend["location"] = (hash) => {
    const found = backend.location(hash);
    if (found !== undefined) tracer.served(hash);
    return found;
  };
  return Object.create(backend, { location: { value: location } }) as KairosBackend;
}

/** The limits of the section `jsonrpc` that the methods keep (kairos 16.3). */
export function apiLimits({ jsonrpc }: Pick<Config, "jsonrpc">): Partial<ApiLimits> {
  return {
    callGasCap: BigInt(jsonrpc.callGasCap),
    logsMaxRange: jsonrpc.logsMaxRange,
    logsMaxResults: jsonrpc.logsMaxResults,
    feeHistoryMax: jsonrpc.feeHistoryMax,
    maxFilters: jsonrpc.maxFilters,
    filterTtlMs: jsonrpc.filterTtl,
    syncMaxTimeoutMs: jsonrpc.syncMaxTimeoutMs,
    pendingPublic: jsonrpc.publicPending,
    ...(jsonrpc.simulate ? {} : { simulateMaxBlocks: 0 }),
  };
}

/** Views may run ahead of finality for a moment; this many mean that blocks are missing here. */
const BEHIND_VIEWS = 8;

function syncTarget(replica: Replica, network: PeerNetwork) {
  if (replica.finalizedView <= asView(replica.lastFinalized.view + BEHIND_VIEWS)) return undefined;
  return asHeight(Math.max(replica.lastFinalized.height, saidHeight(network.peers())));
}
