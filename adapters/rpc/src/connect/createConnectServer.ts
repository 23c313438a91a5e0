import type { AddressInfo, Server } from "node:net";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { compressionGzip } from "@connectrpc/connect-node";
import type { Logger, Metrics } from "@polis/ports";
import { type DescribeError, plainRefusal, type RefuseCall } from "./callErrors.ts";
import { callerKey, createCallGate } from "./callGate.ts";
import { collectRoutes } from "./collectRoutes.ts";
import { type ConnectCore, countInFlight, mustHaveRoom } from "./connectCore.ts";
import { type ConnectLimits, defaultConnectLimits } from "./connectLimits.ts";
import { guardCalls } from "./guardCalls.ts";
import { namesServer } from "./hostGate.ts";
import { createMixedListener, type ListenerEvents, type TlsFiles } from "./listeners.ts";
import { serveHttp1 } from "./serveHttp1.ts";
import { serveStream } from "./serveStream.ts";

/** What a gRPC server is made of. */
export interface ConnectServerOptions {
  /** Registers the services. */
  readonly routes: (router: ConnectRouter) => void;
  /** Port 0 takes a free port. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly limits?: Partial<ConnectLimits> | undefined;
  readonly tls?: TlsFiles | undefined;
  /** Exact origins of web pages that may call, or `*`; none by default. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Host names under which plaintext HTTP/1.1 is answered, or `*`; `localhost` by default; addresses always pass. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Headers and trailers of the program's own that web pages may read. */
  readonly exposedHeaders?: readonly string[] | undefined;
  /** Throws a ConnectError to refuse a call before its body is read, for example one without a token. */
  readonly admit?: ((header: Headers) => void) | undefined;
  /** Time of a unary call that may take longer than `requestTimeoutMs`, by its name `package.Service/Method`. */
  readonly callTimeoutMs?: ((name: string) => number | undefined) | undefined;
  /** Makes the errors of the server itself. */
  readonly refuse?: RefuseCall | undefined;
  /** Gives details to errors that have none. */
  readonly describe?: DescribeError | undefined;
  /** Whether unary calls of gRPC take the direct way; false is for comparing. */
  readonly direct?: boolean | undefined;
  /** Name of this listener in the metrics; `grpc` by default. */
  readonly name?: string | undefined;
  readonly logger?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
}

/** A running gRPC server. */
export interface ConnectServer {
  readonly address: { readonly host: string; readonly port: number };
  /** Refuses new connections, ends open calls with UNAVAILABLE and resolves when all are gone. */
  close(): Promise<void>;
}

/** Time in which calls that end by the shutdown may still be told so. */
const farewellMs = 100;

/**
 * Serves gRPC, gRPC-Web and Connect on one port (kairos G1, G4).
 * @throws the listen error of node:net, for example EADDRINUSE
 * @example await createConnectServer({ routes: (r) => r.service(Health, health), listen: { host: "127.0.0.1", port: 0 } })
 */
export async function createConnectServer(options: ConnectServerOptions): Promise<ConnectServer> {
  const shutdown = new AbortController();
  const core = makeCore(options, shutdown.signal);
  const listener = createMixedListener(core.limits, listenerEvents(core, options), options.tls);
  const { server } = listener;
  await listen(server, options.listen);
  server.on("error", (error) => options.logger?.log("error", "the gRPC listener failed", { error: error.message }));
  const bound = server.address() as AddressInfo;
  return {
    address: { host: bound.address, port: bound.port },
    close: async () => {
      listener.leave();
      shutdown.abort(new ConnectError("the node stops", Code.Unavailable));
      await new Promise((resolve) => setTimeout(resolve, farewellMs));
      await listener.close();
    },
  };
}

function makeCore(options: ConnectServerOptions, shutdown: AbortSignal): ConnectCore {
  const given: ConnectLimits = { ...defaultConnectLimits, ...options.limits };
  const limits = { ...given, headersTimeoutMs: Math.min(given.headersTimeoutMs, given.requestTimeoutMs) };
  const { metrics, logger, admit, callTimeoutMs, describe = (error) => error } = options;
  const refuse: RefuseCall = (why, message) => {
    metrics?.count("grpc_refused_total", 1, { reason: why });
    return (options.refuse ?? plainRefusal)(why, message);
  };
  const gate = createCallGate(limits, refuse, () => performance.now());
  const core: ConnectCore = {
    ...{ limits, gate, admit, refuse, describe, shutdown, logger, metrics },
    routes: new Map(),
    corsOrigins: options.corsOrigins ?? [],
    exposedHeaders: options.exposedHeaders ?? [],
    ...{ incomingBytes: 0, outgoingBytes: 0, inFlight: 0 },
  };
  const { requestTimeoutMs } = limits;
  const guard = {
    ...{ requestTimeoutMs, callTimeoutMs, refuse, logger, metrics },
    mustHaveRoom: () => mustHaveRoom(core),
    onRunning: (by: number) => countInFlight(core, by),
  };
  const settings = {
    acceptCompression: [compressionGzip],
    readMaxBytes: limits.maxMessageBytes,
    writeMaxBytes: limits.maxMessageBytes,
    shutdownSignal: shutdown,
    requestGate: (context: Parameters<NonNullable<Parameters<typeof collectRoutes>[1]["requestGate"]>>[0]) => {
      const caller = context.values.get(callerKey);
      if (!caller.isAdmitted) {
        gate.enter(caller.client);
        admit?.(context.requestHeader);
      }
      if (context.method.methodKind !== "unary") caller.onEnd(gate.openStream(caller.client));
    },
    interceptors: [guardCalls(guard)],
  };
  const timeoutOf = (name: string) => callTimeoutMs?.(name) ?? requestTimeoutMs;
  return Object.assign(core, { routes: collectRoutes(options.routes, settings, timeoutOf, options.direct ?? true) });
}

function listenerEvents(core: ConnectCore, options: ConnectServerOptions): ListenerEvents {
  const { metrics } = core;
  const listener = options.name ?? "grpc";
  const scheme = options.tls === undefined ? "http" : "https";
  const names = (options.allowedHosts ?? ["localhost"]).map((name) => name.toLowerCase());
  // With TLS a foreign name has no certificate here, and no browser comes so far.
  const isNamed = (host: string | undefined) => options.tls !== undefined || namesServer(host, names);
  const cut = (reason: string) => metrics?.count("listener_cut_total", 1, { listener, reason });
  return {
    onHttp1: (request, response) => serveHttp1(core, isNamed, request, response),
    onHttp2: (client) => ({
      onStream: (stream) => serveStream(core, stream, client, scheme),
      onCut: cut,
      onStuck: () => cut("unread"),
      onWaiting: (delta) => {
        core.outgoingBytes += delta;
      },
    }),
    onConnections: (count) => metrics?.gauge("listener_connections", count, { listener }),
    onDropped: () => metrics?.count("listener_dropped_total", 1, { listener }),
    onCut: cut,
  };
}

function listen(server: Server, { host, port }: ConnectServerOptions["listen"]): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}
