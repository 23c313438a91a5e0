import type { AddressInfo } from "node:net";
import { Code, ConnectError, type ConnectRouter, createConnectRouter, createContextValues } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import type { Logger, Metrics } from "@polis/ports";
import { plainRefusal, type RefuseCall } from "./callErrors.ts";
import { callerKey, createCallGate } from "./callGate.ts";
import { type ConnectLimits, defaultConnectLimits } from "./connectLimits.ts";
import { guardCalls } from "./guardCalls.ts";
import { createMixedListener, type TlsFiles } from "./listeners.ts";
import type { NodeServerRequest, NodeServerResponse } from "./nodeTypes.ts";
import { answerWebPage } from "./webAccess.ts";

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
  /** Headers and trailers of the program's own that web pages may read. */
  readonly exposedHeaders?: readonly string[] | undefined;
  /** Throws a ConnectError to refuse a call before its body is read, for example one without a token. */
  readonly admit?: ((header: Headers) => void) | undefined;
  /** Time of a unary call that may take longer than `requestTimeoutMs`, by its name `package.Service/Method`. */
  readonly callTimeoutMs?: ((name: string) => number | undefined) | undefined;
  /** Makes the errors of the server itself. */
  readonly refuse?: RefuseCall | undefined;
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
  const limits: ConnectLimits = { ...defaultConnectLimits, ...options.limits };
  const shutdown = new AbortController();
  const paths = servedPaths(options, limits, shutdown.signal);
  const handle = (request: NodeServerRequest, response: NodeServerResponse) => {
    // A reset by the client is its own affair; without listeners it would end the process.
    request.on("error", ignore);
    (response as unknown as NodeJS.EventEmitter).on("error", ignore);
    if (isGone(response)) return;
    if (answerWebPage(request, response, options.corsOrigins ?? [], options.exposedHeaders ?? [])) return;
    const found = paths.get(pathOf(request.url ?? ""));
    if (found === undefined) {
      response.writeHead(404);
      response.end();
    } else void serve(found, request, response, limits).catch((error: unknown) => giveUp(error, response, options));
  };
  const listener = createMixedListener(limits, handle, options.tls);
  const { server } = listener;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.listen.port, options.listen.host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  server.on("error", (error) => options.logger?.log("error", "the gRPC listener failed", { error: error.message }));
  const bound = server.address() as AddressInfo;
  return {
    address: { host: bound.address, port: bound.port },
    close: async () => {
      shutdown.abort(new ConnectError("the node stops", Code.Unavailable));
      await new Promise((resolve) => setTimeout(resolve, farewellMs));
      await listener.close();
    },
  };
}

function servedPaths(options: ConnectServerOptions, limits: ConnectLimits, shutdownSignal: AbortSignal) {
  const refuse = options.refuse ?? plainRefusal;
  const gate = createCallGate(limits, refuse, () => performance.now());
  const router = createConnectRouter({
    acceptCompression: [compressionGzip],
    readMaxBytes: limits.maxMessageBytes,
    writeMaxBytes: limits.maxMessageBytes,
    shutdownSignal,
    requestGate: (context) => {
      gate(context);
      options.admit?.(context.requestHeader);
    },
    interceptors: [guardCalls({ ...options, refuse, requestTimeoutMs: limits.requestTimeoutMs })],
  });
  options.routes(router);
  return new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
}

async function serve(
  handler: UniversalHandler,
  request: NodeServerRequest,
  response: NodeServerResponse,
  { requestTimeoutMs }: ConnectLimits,
): Promise<void> {
  const ends: (() => void)[] = [];
  const emitter = response as unknown as NodeJS.EventEmitter;
  emitter.once("close", () => {
    for (const end of ends) end();
  });
  if (handler.method.methodKind === "unary" || handler.method.methodKind === "server_streaming") {
    // A client that sends its one message drop by drop would keep the stream as long as it likes.
    const timer = setTimeout(() => {
      if (!request.readableEnded) request.destroy();
    }, requestTimeoutMs);
    timer.unref();
    ends.push(() => clearTimeout(timer));
  }
  const client = request.socket?.remoteAddress ?? "unknown";
  const values = createContextValues().set(callerKey, { client, onEnd: (release) => void ends.push(release) });
  const answer = await handler(universalRequestFromNodeRequest(request, response, undefined, values));
  await universalResponseToNodeResponse(answer, response);
}

/** The connection is broken, or the request was no HTTP that makes sense; nobody is left to be told more. */
function giveUp(error: unknown, response: NodeServerResponse, { metrics, logger }: ConnectServerOptions): void {
  metrics?.count("grpc_broken_calls_total");
  logger?.log("debug", "a gRPC call broke", { error: error instanceof Error ? error.message : String(error) });
  if (!response.headersSent) response.writeHead(400);
  response.end();
}

/** A stream can be reset before its request is looked at; its `close` will not come again. */
function isGone(response: NodeServerResponse): boolean {
  const stream = "stream" in response ? response.stream : undefined;
  return stream?.destroyed === true || response.destroyed;
}

function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

function ignore(): void {}
