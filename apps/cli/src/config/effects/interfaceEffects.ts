import { jsonRpcLimits } from "../../api/startJsonRpc.ts";
import { grpcLimits } from "../../grpc/serveGrpc.ts";
import { apiLimits } from "../../node/interfaces.ts";
import { contradicts, type Effect, passes, shownBy } from "./effect.ts";

const grpcTests = "grpc/limits.test.ts";
const pageTests = "visualizer/network.test.ts";
const visualizer = [
  "visualizer/startVisualizer.ts",
  [pageTests, "every key of the section does what it says"],
] as const;

/** Sections `rpc`, `jsonrpc` and `visualizer`, but for what a running node shows. */
export const interfaceEffects: readonly Effect[] = [
  contradicts("rpc.network", "devnet", { "consensus.network": "devnet" }),
  contradicts("rpc.total_validators", 7),
  contradicts("rpc.f", 2),
  passes("rpc.max_concurrent_streams", 9, (c) => grpcLimits(c.rpc).maxConcurrentStreams, 9),
  passes("rpc.request_timeout_secs", 9, (c) => grpcLimits(c.rpc).requestTimeoutMs, 9_000),
  passes("rpc.max_message_bytes", 9, (c) => grpcLimits(c.rpc).maxMessageBytes, 9),
  passes("rpc.max_connections", 9, (c) => grpcLimits(c.rpc).maxConnections, 9),
  passes("rpc.max_streams_per_client", 9, (c) => grpcLimits(c.rpc).maxStreamsPerClient, 9),
  passes("rpc.rate_limit_per_second", 9, (c) => grpcLimits(c.rpc).rateLimitPerSecond, 9),
  passes("rpc.rate_limit_burst", 9, (c) => grpcLimits(c.rpc).rateLimitBurst, 9),
  shownBy("rpc.tls_cert", "listeners/tlsOf.ts", [grpcTests, "TLS serves both protocols"]),
  shownBy("rpc.tls_key", "listeners/tlsOf.ts", [grpcTests, "TLS serves both protocols"]),
  shownBy("rpc.cors_origins", "grpc/serveGrpc.ts", ["grpc/grpc.test.ts", "the same methods over Connect with JSON"]),
  passes("jsonrpc.max_request_bytes", 9, (c) => jsonRpcLimits(c.jsonrpc).maxRequestBytes, 9),
  passes("jsonrpc.max_response_bytes", 9, (c) => jsonRpcLimits(c.jsonrpc).maxResponseBytes, 9),
  passes("jsonrpc.max_connections", 9, (c) => jsonRpcLimits(c.jsonrpc).maxConnections, 9),
  passes("jsonrpc.max_subscriptions", 9, (c) => jsonRpcLimits(c.jsonrpc).maxSubscriptions, 9),
  passes("jsonrpc.rate_limit_per_second", 9, (c) => jsonRpcLimits(c.jsonrpc).rateLimitPerSecond, 9),
  passes("jsonrpc.rate_limit_burst", 9, (c) => jsonRpcLimits(c.jsonrpc).rateLimitBurst, 9),
  passes("jsonrpc.logs_max_range", 9, (c) => apiLimits(c).logsMaxRange, 9),
  passes("jsonrpc.logs_max_results", 9, (c) => apiLimits(c).logsMaxResults, 9),
  passes("jsonrpc.call_gas_cap", 99_000, (c) => apiLimits(c).callGasCap, 99_000n),
  passes("jsonrpc.fee_history_max", 9, (c) => apiLimits(c).feeHistoryMax, 9),
  passes("jsonrpc.max_filters", 9, (c) => apiLimits(c).maxFilters, 9),
  passes("jsonrpc.filter_ttl", "9s", (c) => apiLimits(c).filterTtlMs, 9_000),
  passes("jsonrpc.sync_max_timeout_ms", 9, (c) => apiLimits(c).syncMaxTimeoutMs, 9),
  passes("jsonrpc.simulate", false, (c) => apiLimits(c).simulateMaxBlocks, 0),
  passes("jsonrpc.public_pending", false, (c) => apiLimits(c).pendingPublic, false),
  ...["call_timeout_ms", "trace_timeout_ms"].map((name) =>
    shownBy(`jsonrpc.${name}`, "node/interfaces.ts", [
      "node/jsonRpc.test.ts",
      "ends calls and traces after their time",
    ]),
  ),
  ...["enabled", "listen_address", "cors_origins"].map((name) => shownBy(`visualizer.${name}`, ...visualizer)),
];
