import { readFileSync } from "node:fs";
import type { Logger, Metrics } from "@polis/ports";
import { TransactionService } from "@polis/proto";
import { type ConnectServer, type ConnectServerOptions, createConnectServer, type TlsFiles } from "@polis/rpc";
import type { Config } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import { refuseCall } from "./callError.ts";
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
    limits: limitsOf(config),
    // A submission may wait for finality longer than other calls may take (kairos 15.2).
    callTimeoutMs: (name) => (name === submitName ? maxWaitMs + 1_000 : undefined),
    tls: tlsOf(config),
    corsOrigins: config.corsOrigins,
    exposedHeaders: [lastHeightHeader],
    refuse: refuseCall,
    logger,
    metrics,
  });
}

const submitName = `${TransactionService.typeName}/${TransactionService.method.submitTransaction.name}`;

function limitsOf(config: Config["rpc"]) {
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

function tlsOf({ tlsCert, tlsKey }: Config["rpc"]): TlsFiles | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const read = (name: string, path: string) => {
    try {
      return readFileSync(path, "utf8");
    } catch (cause) {
      throw new UserError("TLS_FILE", `cannot read rpc.${name} = ${path}`, "check the path and its permissions", {
        cause,
      });
    }
  };
  return { cert: read("tls_cert", tlsCert), key: read("tls_key", tlsKey) };
}
