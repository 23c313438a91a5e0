import { createServer as createHttp, type Server as HttpServer } from "node:http";
import { createServer as createHttp2, createSecureServer, type Http2Server, type Http2Session } from "node:http2";
import { createServer as createTcp, type Server, type Socket } from "node:net";
import type { ConnectLimits } from "./connectLimits.ts";
import { keepAlive } from "./keepAlive.ts";
import type { NodeServerRequest, NodeServerResponse } from "./nodeTypes.ts";

/** Certificate and key as PEM texts. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** A server on one port that speaks HTTP/1.1 and HTTP/2. */
export interface MixedListener {
  readonly server: Server;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

type Handler = (request: NodeServerRequest, response: NodeServerResponse) => void;

/**
 * What an HTTP/2 client says first (RFC 9113 3.4). Its first four letters cannot begin any request of HTTP/1.1 that is
 * served here.
 */
const preface = Buffer.from("PRI ");

/**
 * Makes the listener (kairos G1). With TLS the two protocols are negotiated; without it the first bytes of a connection
 * tell them apart.
 */
export function createMixedListener(limits: ConnectLimits, handle: Handler, tls: TlsFiles | undefined): MixedListener {
  const sessions = new Set<Http2Session>();
  const sockets = new Set<Socket>();
  const listener = tls === undefined ? plain(limits, handle, sockets) : secure(limits, handle, tls);
  listener.http2.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.on("error", () => session.destroy());
  });
  const pings = keepAlive(sessions, limits.pingIntervalMs);
  const { server } = listener;
  server.maxConnections = limits.maxConnections;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  });
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        pings.stop();
        listener.stop();
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

interface Parts {
  readonly server: Server;
  readonly http2: Pick<Http2Server, "on">;
  stop(): void;
}

function plain(limits: ConnectLimits, handle: Handler, sockets: ReadonlySet<Socket>): Parts {
  const http1 = createHttp(http1Options(limits), handle);
  // Node starts its watch over slow headers when a server listens; this one gets its connections by hand.
  http1.emit("listening");
  const http2 = createHttp2(http2Options(limits), handle as Parameters<typeof createHttp2>[1]);
  const server = createTcp((socket) => tellApart(socket, limits.headersTimeoutMs, http1, http2));
  const stop = () => {
    http1.close(() => undefined);
    for (const socket of sockets) socket.destroy();
  };
  return { server, http2, stop };
}

/** Waits for the first four bytes, puts them back and hands the connection on. */
function tellApart(socket: Socket, timeoutMs: number, http1: HttpServer, http2: Http2Server): void {
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  socket.once("close", () => clearTimeout(timer));
  let first: Buffer = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    first = first.length === 0 ? chunk : Buffer.concat([first, chunk]);
    if (first.length < preface.length) return;
    clearTimeout(timer);
    socket.removeListener("data", onData);
    socket.pause();
    socket.unshift(first);
    const isHttp2 = first.subarray(0, preface.length).equals(preface);
    (isHttp2 ? http2 : http1).emit("connection", socket);
    if (!isHttp2) process.nextTick(() => socket.resume());
  };
  socket.on("data", onData);
}

function secure(limits: ConnectLimits, handle: Handler, { cert, key }: TlsFiles): Parts {
  const options = { ...http2Options(limits), ...http1Options(limits), cert, key, allowHTTP1: true } as const;
  const server = createSecureServer(
    { ...options, minVersion: "TLSv1.2", handshakeTimeout: limits.headersTimeoutMs },
    handle as Parameters<typeof createSecureServer>[1],
  );
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return { server, http2: server as unknown as Http2Server, stop: () => undefined };
}

function http1Options(limits: ConnectLimits) {
  return {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: 60_000,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs),
    maxHeaderSize: 16_384,
    noDelay: true,
  };
}

function http2Options(limits: ConnectLimits) {
  return {
    settings: { maxConcurrentStreams: limits.maxConcurrentStreams, maxHeaderListSize: 16_384 },
    maxSessionMemory: 16,
    maxSessionInvalidFrames: 100,
    maxHeaderListPairs: 64,
    streamResetBurst: limits.resetBurst,
    streamResetRate: limits.resetPerSecond,
  };
}
