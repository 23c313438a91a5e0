import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Socket } from "node:net";
import type { Metrics } from "@polis/ports";
import type { TlsFiles } from "./connect/listeners.ts";
import { watchReaders } from "./connect/watchReaders.ts";
import { cutReason } from "./cutReason.ts";

/** Limits of a server of HTTP/1.1. */
export interface WebLimits {
  readonly maxConnections: number;
  readonly maxHeaderBytes: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** A connection to which nothing could be sent for so long, though something waits, is ended. */
  readonly sendTimeoutMs: number;
}

/** What a server of HTTP/1.1 is made of. */
export interface WebServerOptions {
  /** Its name in the metrics of listeners. */
  readonly name: string;
  readonly limits: WebLimits;
  readonly tls?: TlsFiles | undefined;
  readonly metrics?: Pick<Metrics, "count" | "gauge"> | undefined;
}

/**
 * Makes a server whose connections are bounded in number and time and counted; with TLS when there is a certificate.
 * @example createWebServer({ name: "metrics", limits }, (request, response) => response.end())
 */
export function createWebServer({ name, limits, tls, metrics }: WebServerOptions, serve: RequestListener): Server {
  const options = {
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs),
    maxHeaderSize: limits.maxHeaderBytes,
    noDelay: true,
  };
  const secure = { ...options, ...tls, minVersion: "TLSv1.2", handshakeTimeout: limits.headersTimeoutMs } as const;
  const server = tls === undefined ? createServer(options, serve) : createSecureServer(secure, serve);
  server.maxConnections = limits.maxConnections;
  watchConnections(server, name, limits.sendTimeoutMs, metrics);
  return server;
}

function watchConnections(
  server: Server,
  listener: string,
  sendTimeoutMs: number,
  metrics: WebServerOptions["metrics"],
): void {
  const sockets = new Set<Socket>();
  const cut = (reason: string) => metrics?.count("listener_cut_total", 1, { listener, reason });
  const tell = () => metrics?.gauge("listener_connections", sockets.size, { listener });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    tell();
    socket.once("close", () => {
      sockets.delete(socket);
      tell();
    });
  });
  server.on("drop", () => metrics?.count("listener_dropped_total", 1, { listener }));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // What a peer resets is its own affair, and no request.
    if (error.code !== "ECONNRESET") cut(cutReason(error));
    socket.destroy();
  });
  server.on("tlsClientError", (_error, socket: Socket) => socket.destroy());
  const timer = watchReaders(sockets, sendTimeoutMs, () => cut("unread"));
  timer.unref();
  server.once("close", () => clearInterval(timer));
}
