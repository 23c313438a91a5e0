import { type KairosBackend, kairosApi, kairosSubscriptions } from "@polis/kairos";
import type { Logger, Metrics } from "@polis/ports";
import { createJsonRpcServer, type JsonRpcServer } from "@polis/rpc";
import type { Config } from "../config/schema.ts";
import { tlsOf } from "../listeners/tlsOf.ts";
import { forModule } from "../telemetry/logger.ts";

/**
 * Serves the Kairos methods as the section `jsonrpc` says (kairos 16.3).
 * @returns undefined when the section is switched off
 * @throws UserError for a certificate that cannot be read; the listen error of node:net
 */
export async function startJsonRpc(
  config: Config["jsonrpc"],
  backend: KairosBackend,
  logger?: Logger,
  metrics?: Metrics,
): Promise<JsonRpcServer | undefined> {
  if (!config.enabled) return undefined;
  return createJsonRpcServer({
    methods: { ...kairosApi, ...kairosSubscriptions },
    context: backend,
    listen: config.listenAddr,
    limits: jsonRpcLimits(config),
    tls: tlsOf("jsonrpc", config),
    corsOrigins: config.corsOrigins,
    allowedHosts: config.allowedHosts,
    namespaces: config.namespaces,
    logger: forModule(logger, "jsonrpc"),
    metrics,
  });
}

/** The limits of the section `jsonrpc` that the server keeps (kairos 16.3). */
export function jsonRpcLimits(config: Config["jsonrpc"]) {
  return {
    maxRequestBytes: config.maxRequestBytes,
    maxResponseBytes: config.maxResponseBytes,
    maxBatch: config.maxBatch,
    maxConnections: config.maxConnections,
    maxSubscriptions: config.maxSubscriptions,
    rateLimitPerSecond: config.rateLimitPerSecond,
    rateLimitBurst: config.rateLimitBurst,
  };
}
