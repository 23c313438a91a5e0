import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { MetricsRegistry } from "./metrics.ts";

/** Whether the node is ready, with one line per part for a person (kairos O1, X8). */
export interface Readiness {
  readonly ready: boolean;
  readonly details: readonly string[];
}

export interface HealthServer {
  readonly address: { readonly host: string; readonly port: number };
  close(): Promise<void>;
}

/**
 * Serves `/metrics`, `/healthz` and `/readyz` (kairos O1); any other path is 404.
 * @param readiness asked at each `/readyz`; not ready gives 503
 * @throws the listen error of node:net
 */
export async function createHealthServer(
  listen: { readonly host: string; readonly port: number },
  metrics: MetricsRegistry,
  readiness: () => Readiness,
): Promise<HealthServer> {
  const server = createServer(
    { headersTimeout: 5_000, requestTimeout: 5_000, maxHeaderSize: 8_192 },
    (request, response) => {
      request.resume();
      const pathname = (request.url ?? "/").split("?", 1)[0];
      if (request.method !== "GET" && request.method !== "HEAD") send(response, 405, "only GET\n");
      else if (pathname === "/healthz") send(response, 200, "ok\n");
      else if (pathname === "/metrics")
        send(response, 200, metrics.render(), "text/plain; version=0.0.4; charset=utf-8");
      else if (pathname === "/readyz") {
        const { ready, details } = readiness();
        send(response, ready ? 200 : 503, `${[ready ? "ready" : "not ready", ...details].join("\n")}\n`);
      } else send(response, 404, "try /metrics, /healthz or /readyz\n");
    },
  );
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen.port, listen.host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  server.on("clientError", (_error, socket) => socket.destroy());
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

function send(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(text);
}
