import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createWebServer, namesServer, type TlsFiles } from "@polis/rpc";
import { isLoopback } from "../config/checkListeners.ts";
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

const limits = {
  ...{ maxConnections: 64, maxHeaderBytes: 8_192, headersTimeoutMs: 5_000, requestTimeoutMs: 5_000 },
  ...{ keepAliveTimeoutMs: 60_000, sendTimeoutMs: 10_000 },
};

/**
 * Serves `/metrics`, `/healthz` and `/readyz` (kairos O1); any other path is 404.
 * @param readiness asked at each `/readyz`; not ready gives 503
 * @param tls certificate and key; plaintext without
 * @throws the listen error of node:net
 */
export async function createHealthServer(
  listen: { readonly host: string; readonly port: number },
  metrics: MetricsRegistry,
  readiness: () => Readiness,
  tls?: TlsFiles,
): Promise<HealthServer> {
  const server = createWebServer({ name: "metrics", limits, tls, metrics }, (request, response) => {
    request.resume();
    const pathname = (request.url ?? "/").split("?", 1)[0];
    if (!isNamed(request.headers.host, listen.host)) {
      metrics.count("listener_refused_total", 1, { listener: "metrics", reason: "host" });
      send(response, 403, "this server does not answer to that host name\n");
    } else if (request.method !== "GET" && request.method !== "HEAD") send(response, 405, "only GET\n");
    else if (pathname === "/healthz") send(response, 200, "ok\n");
    else if (pathname === "/metrics") {
      send(response, 200, metrics.render(), "text/plain; version=0.0.4; charset=utf-8");
    } else if (pathname === "/readyz") {
      const { ready, details } = readiness();
      send(response, ready ? 200 : 503, `${[ready ? "ready" : "not ready", ...details].join("\n")}\n`);
    } else send(response, 404, "try /metrics, /healthz or /readyz\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen.port, listen.host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
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

/** On loopback a foreign name is one that was made to point here (Z33); beyond it scrapers use names of their own. */
function isNamed(host: string | undefined, listenHost: string): boolean {
  return !isLoopback(listenHost) || namesServer(host, ["localhost", listenHost.toLowerCase()]);
}

function send(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(text);
}
