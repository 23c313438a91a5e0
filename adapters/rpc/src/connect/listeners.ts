import {
  createServer as createHttp,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer as createTcp, type Server, type Socket } from "node:net";
import { createServer as createTls, type TLSSocket } from "node:tls";
import { clientOf } from "../clientOf.ts";
import { cutReason } from "../cutReason.ts";
import { preface } from "../http2/frames.ts";
import { Session } from "../http2/session.ts";
import type { SessionEvents } from "../http2/sessionTypes.ts";
import type { ConnectLimits } from "./connectLimits.ts";
import { watchReaders } from "./watchReaders.ts";

/** Certificate and key as PEM texts. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** A server on one port that speaks HTTP/1.1 and HTTP/2. */
export interface MixedListener {
  readonly server: Server;
  /** Tells the clients of HTTP/2 that no more requests are taken. */
  leave(): void;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** What serves the requests of both protocols, and what is told of connections. */
export interface ListenerEvents {
  onHttp1(request: IncomingMessage, response: ServerResponse): void;
  /** What a connection of HTTP/2 tells, by the address of its client. */
  onHttp2(client: string): Omit<SessionEvents, "onClosed">;
  /** Connections of both protocols. */
  onConnections(count: number): void;
  /** A connection above the limit was dropped. */
  onDropped(): void;
  /** A connection was ended for what its client did or did not do. */
  onCut(reason: string): void;
}

/** Bytes that tell the protocols apart: the first four of HTTP/2 cannot begin any request of HTTP/1.1 served here. */
const telling = preface.subarray(0, 4);
const checkMs = 1_000;

/**
 * Makes the listener (kairos G1). With TLS the two protocols are negotiated; without it, and for a client that does not
 * negotiate, the first bytes of a connection tell them apart.
 */
export function createMixedListener(
  limits: ConnectLimits,
  events: ListenerEvents,
  tls: TlsFiles | undefined,
): MixedListener {
  const sessions = new Set<Session>();
  const sockets = new Set<Socket>();
  const http1 = createHttp(http1Options(limits), events.onHttp1);
  // Node starts its watch over slow headers when a server listens; this one gets its connections by hand.
  http1.emit("listening");
  http1.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // What a peer resets is its own affair, and no request.
    if (error.code !== "ECONNRESET") events.onCut(cutReason(error));
    socket.destroy();
  });
  const serveHttp2 = (socket: Socket) => {
    const told = events.onHttp2(clientOf(socket.remoteAddress));
    const session = new Session(socket, limits, { ...told, onClosed: () => sessions.delete(session) });
    sessions.add(session);
  };
  const serve = (socket: Socket) => {
    if ((socket as Partial<TLSSocket>).alpnProtocol === "h2") serveHttp2(socket);
    else tellApart(socket, limits.headersTimeoutMs, http1, serveHttp2, () => events.onCut("slow"));
  };
  const server = tls === undefined ? createTcp({ noDelay: true }, serve) : secureServer(limits, tls, serve);
  server.maxConnections = limits.maxConnections;
  server.on("drop", events.onDropped);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    events.onConnections(sockets.size);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      sockets.delete(socket);
      events.onConnections(sockets.size);
    });
  });
  const timers = [
    setInterval(() => checkAll(sessions), Math.min(checkMs, limits.headersTimeoutMs / 4, limits.sendTimeoutMs / 4)),
    setInterval(() => pingAll(sessions), limits.pingIntervalMs),
    watchReaders(sockets, limits.sendTimeoutMs, () => events.onCut("unread")),
  ];
  for (const timer of timers) timer.unref();
  return {
    server,
    leave: () => {
      for (const session of sessions) session.leave();
    },
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearInterval(timer);
        http1.close(() => undefined);
        server.close(() => resolve());
        for (const session of [...sessions]) session.destroy();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function checkAll(sessions: ReadonlySet<Session>): void {
  const nowMs = performance.now();
  for (const session of [...sessions]) session.check(nowMs);
}

/** A peer that is gone without a word would keep its streams for ever. */
function pingAll(sessions: ReadonlySet<Session>): void {
  for (const session of [...sessions]) session.ping();
}

/** Waits for the first four bytes, puts them back and hands the connection on. */
function tellApart(
  socket: Socket,
  timeoutMs: number,
  http1: HttpServer,
  serveHttp2: (socket: Socket) => void,
  onSlow: () => void,
): void {
  const timer = setTimeout(() => {
    onSlow();
    socket.destroy();
  }, timeoutMs);
  const clear = () => clearTimeout(timer);
  socket.once("close", clear);
  let first: Buffer = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    first = first.length === 0 ? chunk : Buffer.concat([first, chunk]);
    if (first.length < telling.length) return;
    clear();
    socket.removeListener("close", clear);
    socket.removeListener("data", onData);
    socket.pause();
    socket.unshift(first);
    if (first.subarray(0, telling.length).equals(telling)) serveHttp2(socket);
    else http1.emit("connection", socket);
    process.nextTick(() => socket.resume());
  };
  socket.on("data", onData);
}

function secureServer(limits: ConnectLimits, { cert, key }: TlsFiles, serve: (socket: Socket) => void): Server {
  const { headersTimeoutMs: handshakeTimeout } = limits;
  const options = { cert, key, ALPNProtocols: ["h2", "http/1.1"], minVersion: "TLSv1.2", handshakeTimeout } as const;
  const server = createTls({ ...options, noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    serve(socket);
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

function http1Options(limits: ConnectLimits) {
  return {
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: 60_000,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs),
    maxHeaderSize: limits.maxHeaderBytes,
    noDelay: true,
  };
}
