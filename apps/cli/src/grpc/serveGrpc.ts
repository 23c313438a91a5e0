import type { Logger, Metrics } from "@polis/ports";
import { TransactionService } from "@polis/proto";
import { type ConnectServer, type ConnectServerOptions, createConnectServer } from "@polis/rpc";
import type { Config } from "../config/schema.ts";
import { tlsOf } from "../listeners/tlsOf.ts";
import { forModule } from "../telemetry/logger.ts";
import { describeError, refuseCall } from "./callError.ts";
import { maxWaitMs } from "./services/submit.ts";
import { lastHeightHeader } from "./streams/eventQueue.ts";

/**
 * Serves services as the section `rpc` says (kairos G1, G4, 18.2).
 * @throws UserError for a certificate that cannot be read; the listen error of node:net
 */
export function serveGrpc(
  config: Config["rpc"],
  routes: ConnectServerOptions["routes"],
  logger?: Logger,
  metrics?: Metrics,
): Promise<ConnectServer> {
  return createConnectServer({
    routes,
    listen: config.listenAddr,
    limits: grpcLimits(config),
    // A submission may wait for finality longer than other calls may take (kairos 15.2).
    callTimeoutMs: (name) => (name === submitName ? maxWaitMs + 1_000 : undefined),
    tls: tlsOf("rpc", config),
    corsOrigins: config.corsOrigins,
    exposedHeaders: [lastHeightHeader],
    refuse: refuseCall,
    describe: describeError,
    allowedHosts: config.allowedHosts,
    logger: forModule(logger, "grpc"),
    metrics,
  });
}

const submitName = `${TransactionService.typeName}/${TransactionService.method.submitTransaction.name}`;

/** The limits of the section `rpc` (kairos G4). */
export function grpcLimits(config: Config["rpc"]) {
  return {
    maxMessageBytes: config.maxMessageBytes,
    maxConcurrentStreams: config.maxConcurrentStreams,
    requestTimeoutMs: config.requestTimeoutSecs * 1_000,
    maxConnections: config.maxConnections,
    rateLimitPerSecond: config.rateLimitPerSecond,
    rateLimitBurst: config.rateLimitBurst,
    maxStreamsPerClient: config.maxStreamsPerClient,
  };
}
