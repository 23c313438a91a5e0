import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { clientOf } from "./clientOf.ts";
import type { Core } from "./core.ts";
import { type Gate, originAllowed } from "./gate.ts";
import { hostPasses } from "./hostPasses.ts";
import { ServedSocket } from "./servedSocket.ts";

/** The WebSocket side of a listener. */
export interface SocketServer {
  /** Takes over a connection that asks to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells every client that the server goes away, and ends what is left shortly after. */
  close(): void;
}

/** How long a client may take to answer a closing frame. */
const closeTimeoutMs = 1_000;

/**
 * Accepts WebSockets for a method table (kairos J1). Host names are checked as for HTTP. Browsers send no preflight for
 * WebSockets, so a foreign page is told apart by its Origin: it must be in `cors_origins`.
 */
export function createSocketServer<Context>(core: Core<Context>, gate: Gate): SocketServer {
  const sockets = new Map<WebSocket, ServedSocket<Context>>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: core.limits.maxRequestBytes,
    perMessageDeflate: false,
    autoPong: false,
    closeTimeout: closeTimeoutMs,
  });
  const timer = setInterval(() => {
    for (const served of sockets.values()) served.checkAlive();
  }, core.limits.pingIntervalMs);
  timer.unref();

  function accept(socket: WebSocket, request: IncomingMessage): void {
    const served = new ServedSocket(core, socket, clientOf(request.socket.remoteAddress));
    sockets.set(socket, served);
    core.metrics?.gauge("jsonrpc_ws_connections", sockets.size);
    request.socket.on("data", (chunk: Buffer) => served.received(chunk.length));
    socket.on("close", () => {
      sockets.delete(socket);
      core.metrics?.gauge("jsonrpc_ws_connections", sockets.size);
    });
  }

  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      const { origin, host } = request.headers;
      if (!hostPasses(host, gate)) return refuse(core, socket, "403 Forbidden");
      if (origin !== undefined && !originAllowed(origin, gate)) return refuse(core, socket, "403 Forbidden");
      server.handleUpgrade(request, socket, head, accept);
    },
    close() {
      clearInterval(timer);
      for (const socket of sockets.keys()) socket.close(1001, "the server is stopping");
      setTimeout(() => {
        for (const socket of sockets.keys()) socket.terminate();
      }, closeTimeoutMs / 4).unref();
      server.close();
    },
  };
}

function refuse<Context>(core: Core<Context>, socket: Duplex, status: string): void {
  core.metrics?.count("jsonrpc_http_refused_total", 1, { status: status.slice(0, 3) });
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
