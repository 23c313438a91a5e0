import type { AddressInfo } from "node:net";
import type { Logger, Metrics } from "@polis/ports";
import type { TlsFiles } from "./connect/listeners.ts";
import { createCore } from "./core.ts";
import { type Dialect, kairosDialect } from "./dialect.ts";
import { type Gate, localHosts } from "./gate.ts";
import { defaultLimits, type JsonRpcLimits } from "./limits.ts";
import { createRateLimiter, type RateLimiter } from "./rateLimiter.ts";
import { serveRequest } from "./serveRequest.ts";
import type { Route } from "./serveRoute.ts";
import { createSocketServer } from "./socketServer.ts";
import type { MethodTable } from "./types.ts";
import { createWebServer } from "./webServer.ts";

/** What is served, where, to whom and within which limits. */
export interface JsonRpcServerOptions<Context> {
  readonly methods: MethodTable<Context>;
  /** Handed to every handler. */
  readonly context: Context;
  /** Port 0 takes a free port. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly limits?: Partial<JsonRpcLimits> | undefined;
  /** Exact origins, or `*`; none by default. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Host names without port; local names by default; `*` allows all. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Numeric addresses pass as host names too; off by default. */
  readonly allowAddresses?: boolean | undefined;
  /** Where the server differs from that of kairos 16.1. */
  readonly dialect?: Partial<Dialect> | undefined;
  /** Instead of the token bucket of the limits. */
  readonly limiter?: RateLimiter | undefined;
  /** What GET gives, by exact path; nothing by default. */
  readonly routes?: ReadonlyMap<string, Route> | undefined;
  readonly tls?: TlsFiles | undefined;
  /** Enabled namespaces; all by default. */
  readonly namespaces?: readonly string[] | undefined;
  readonly logger?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
}

/** A server that listens. */
export interface JsonRpcServer {
  readonly address: { readonly host: string; readonly port: number };
  /** Refuses new connections, ends open ones and resolves when all are gone. */
  close(): Promise<void>;
}

/**
 * Serves a method table as JSON-RPC 2.0 over HTTP POST and WebSocket on one port (kairos 16.1, 16.3: J1, J6, J7).
 * @throws the listen error of node:net, for example EADDRINUSE
 * @example const server = await createJsonRpcServer({ methods, context, listen: { host: "127.0.0.1", port: 0 } });
 */
export async function createJsonRpcServer<Context>(options: JsonRpcServerOptions<Context>): Promise<JsonRpcServer> {
  const limits: JsonRpcLimits = { ...defaultLimits, ...options.limits };
  const nowMs = () => performance.now();
  const { rateLimitPerSecond, rateLimitBurst, maxTrackedClients } = limits;
  const limiter = options.limiter ?? createRateLimiter(rateLimitPerSecond, rateLimitBurst, maxTrackedClients, nowMs);
  const dialect: Dialect = { ...kairosDialect, ...options.dialect };
  const core = createCore({ ...options, limits, limiter, dialect, nowMs });
  const gate: Gate = {
    hosts: (options.allowedHosts ?? localHosts).map((host) => host.toLowerCase()),
    addresses: options.allowAddresses ?? false,
    origins: options.corsOrigins ?? [],
  };
  const server = createWebServer(
    {
      ...{ name: "jsonrpc", tls: options.tls, metrics: options.metrics },
      // Answers have their own watch, which is told apart in the metrics and comes first.
      limits: { ...limits, maxHeaderBytes: 16_384, sendTimeoutMs: 2 * limits.sendTimeoutMs },
    },
    (request, response) => serveRequest(core, gate, options.routes ?? noRoutes, request, response),
  );
  const sockets = dialect.webSockets ? createSocketServer(core, gate) : undefined;
  if (sockets !== undefined) server.on("upgrade", sockets.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.listen.port, options.listen.host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  server.on("error", (error) => options.logger?.log("error", "the JSON-RPC listener failed", { error: error.message }));
  const bound = server.address() as AddressInfo;
  return {
    address: { host: bound.address, port: bound.port },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets?.close();
        server.closeAllConnections();
      }),
  };
}

const noRoutes: ReadonlyMap<string, Route> = new Map();
