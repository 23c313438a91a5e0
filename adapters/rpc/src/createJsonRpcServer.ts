import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger, Metrics } from "@polis/ports";
import { answerBody } from "./answerBody.ts";
import { render } from "./answerRequest.ts";
import { type Core, createCore } from "./core.ts";
import { codes, failure } from "./errors.ts";
import { hostAllowed, localHosts } from "./hostAllowed.ts";
import { defaultLimits, type JsonRpcLimits } from "./limits.ts";
import { createRateLimiter } from "./rateLimiter.ts";
import { readBody } from "./readBody.ts";
import type { MethodTable } from "./types.ts";

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
  /** Enabled namespaces; all by default. */
  readonly namespaces?: readonly string[] | undefined;
  readonly logger?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
}

export interface JsonRpcServer {
  readonly address: { readonly host: string; readonly port: number };
  /** Refuses new connections, ends open ones and resolves when all are gone. */
  close(): Promise<void>;
}

/**
 * Serves a method table as JSON-RPC 2.0 over HTTP POST (kairos 16.1, 16.3: J1, J6, J7).
 * @throws the listen error of node:net, for example EADDRINUSE
 * @example const server = await createJsonRpcServer({ methods, context, listen: { host: "127.0.0.1", port: 0 } });
 */
export async function createJsonRpcServer<Context>(options: JsonRpcServerOptions<Context>): Promise<JsonRpcServer> {
  const limits: JsonRpcLimits = { ...defaultLimits, ...options.limits };
  const nowMs = () => performance.now();
  const limiter = createRateLimiter(limits.rateLimitPerSecond, limits.rateLimitBurst, limits.maxTrackedClients, nowMs);
  const core = createCore({ ...options, limits, limiter, nowMs });
  const gate: Gate = {
    hosts: (options.allowedHosts ?? localHosts).map((host) => host.toLowerCase()),
    origins: options.corsOrigins ?? [],
  };
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs),
      maxHeaderSize: 16_384,
      noDelay: true,
    },
    (request, response) => serve(core, gate, request, response),
  );
  server.maxConnections = limits.maxConnections;
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
        server.closeAllConnections();
      }),
  };
}

interface Gate {
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
}

function serve<Context>(core: Core<Context>, gate: Gate, request: IncomingMessage, response: ServerResponse): void {
  // A reset by the client is its own affair; without listeners it would end the process.
  request.on("error", ignore);
  response.on("error", ignore);
  const { origin } = request.headers;
  const cors = origin !== undefined && (gate.origins.includes("*") || gate.origins.includes(origin));
  if (cors) {
    response.setHeader("access-control-allow-origin", gate.origins.includes("*") ? "*" : origin);
    response.setHeader("vary", "origin");
  }
  const refusal = refusalOf(gate, request, cors);
  if (refusal !== undefined) {
    refuse(core, response, refusal);
  } else if (request.method === "OPTIONS") {
    response.setHeader("access-control-allow-methods", "POST");
    response.setHeader("access-control-allow-headers", "content-type");
    response.setHeader("access-control-max-age", "600");
    response.writeHead(204).end();
  } else {
    readBody(request, core.limits.maxRequestBytes, (body) => answer(core, request, response, body));
  }
}

interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly why: string;
}

function refusalOf(gate: Gate, request: IncomingMessage, cors: boolean): Refusal | undefined {
  if (!hostAllowed(request.headers.host, gate.hosts)) {
    return { status: 403, code: codes.server, why: "this host name is not in jsonrpc.allowed_hosts" };
  }
  if (request.method === "OPTIONS" && cors) return undefined;
  if (request.method !== "POST") {
    return { status: 405, code: codes.invalidRequest, why: "send JSON-RPC 2.0 as a POST of application/json" };
  }
  // A JSON content type forces browsers to ask first, so that a foreign page cannot post here blindly.
  if (!isJson(request.headers["content-type"]) || request.headers["content-encoding"] !== undefined) {
    return { status: 415, code: codes.invalidRequest, why: "content-type must be application/json, not encoded" };
  }
  return undefined;
}

function answer<Context>(
  core: Core<Context>,
  request: IncomingMessage,
  response: ServerResponse,
  body: Uint8Array | "too large",
): void {
  if (body === "too large") {
    response.setHeader("connection", "close");
    const why = `request body is over the limit of ${core.limits.maxRequestBytes} bytes`;
    refuse(core, response, { status: 413, code: codes.limitExceeded, why });
    return;
  }
  const text = answerBody(core, body, request.socket.remoteAddress ?? "unknown");
  if (text instanceof Promise) void text.then((late) => send(response, late));
  else send(response, text);
}

function send(response: ServerResponse, text: string | undefined): void {
  if (response.destroyed) return;
  if (text === undefined) {
    response.writeHead(204).end();
    return;
  }
  const bytes = Buffer.from(text);
  response.writeHead(200, { "content-type": "application/json", "content-length": bytes.length }).end(bytes);
}

function refuse<Context>(core: Core<Context>, response: ServerResponse, { status, code, why }: Refusal): void {
  core.metrics?.count("jsonrpc_http_refused_total", 1, { status: String(status) });
  if (status === 405) response.setHeader("allow", "POST");
  const text = render(null, failure(code, why), { left: core.limits.maxResponseBytes });
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

function isJson(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  const media = contentType.split(";", 1)[0]!.trim().toLowerCase();
  return media === "application/json" || media === "application/json-rpc";
}

function ignore(): void {}
