import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Metrics } from "@polis/ports";
import { createWebServer, namesServer, type TlsFiles } from "@polis/rpc";
import { createPlayground } from "../playground/servePlayground.ts";
import type { RingState } from "./events.ts";
import type { RingLayout } from "./layout.ts";
import { pageFiles } from "./pageFiles.ts";
import { RingReader } from "./ringReader.ts";
import type { NetworkFacts } from "./snapshot.ts";
import { healthJson, stateJson } from "./stateJson.ts";
import { StreamHub } from "./streamHub.ts";

/** What the server needs; it can be sent to another thread. */
export interface VisualizerSetup {
  /** Port 0 takes a free port. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Exact origins of other pages that may read, or `*`. */
  readonly corsOrigins: readonly string[];
  /** Names under which it is reached, or `*`; `localhost` by default; addresses always pass. */
  readonly allowedHosts?: readonly string[];
  readonly tls?: TlsFiles | undefined;
  readonly facts: NetworkFacts;
  readonly layout: RingLayout;
  readonly ring: Int32Array<SharedArrayBuffer>;
}

/** A running server. */
export interface VisualizerServer {
  readonly port: number;
  close(): Promise<void>;
}

/** No script, style or connection but this server's own (kairos V3); the icon is in the page itself. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const limits = {
  // Room for the streams, for probes beside them and for pages that load.
  ...{ maxConnections: 128, maxHeaderBytes: 8_192, headersTimeoutMs: 5_000, requestTimeoutMs: 5_000 },
  ...{ keepAliveTimeoutMs: 5_000, sendTimeoutMs: 10_000 },
};

/**
 * Serves the page and the interface of kairos V3 from the ring.
 * @param metrics for the counts of its connections
 * @throws the listen error of node:net
 */
export async function serveVisualizer(
  setup: VisualizerSetup,
  metrics?: Pick<Metrics, "count" | "gauge">,
): Promise<VisualizerServer> {
  const reader = new RingReader(setup.ring, setup.layout);
  const read = (): RingState => ({ totals: reader.totals(), slots: reader.slots() });
  const hub = new StreamHub(read, Date.now());
  const files = pageFiles();
  const playground = createPlayground();
  const server = createWebServer({ name: "visualizer", limits, tls: setup.tls, metrics }, (request, response) => {
    request.resume();
    const wanted = admit(setup, request, response, metrics);
    if (wanted === undefined) return;
    const file = files.get(wanted.pathname);
    if (file !== undefined) send(response, 200, file.type, file.bytes);
    else if (wanted.pathname === "/api/events") openStream(hub, wanted.mayStream, request, response);
    else if (wanted.pathname === "/api/state") {
      sendJson(response, stateJson(read(), setup.facts, wanted.searchParams.get("all") === "1"));
    } else if (wanted.pathname === "/api/health") sendJson(response, healthJson(read(), setup.facts));
    else if (!playground.answer(wanted.pathname, request, response)) {
      sendText(response, 404, "try / or /simulator, /api/state, /api/events, /api/health\n");
    }
  });
  try {
    await listen(server, setup.listen);
  } catch (error) {
    hub.close();
    throw error;
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        hub.close();
        server.closeAllConnections();
      }),
  };
}

/** What is asked for, with the headers of every answer set; undefined when the request was refused. */
function admit(
  { listen, corsOrigins, allowedHosts = ["localhost"] }: VisualizerSetup,
  request: IncomingMessage,
  response: ServerResponse,
  metrics: Pick<Metrics, "count"> | undefined,
) {
  const { origin, host } = request.headers;
  const path = request.url ?? "/";
  const url = path.startsWith("/") ? URL.parse(`http://visualizer${path}`) : null;
  response.setHeader("content-security-policy", contentSecurityPolicy);
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cache-control", url?.pathname.startsWith("/api/") === true ? "no-store" : "no-cache");
  const allowed = origin !== undefined && (corsOrigins.includes("*") || corsOrigins.includes(origin));
  if (corsOrigins.length > 0) response.setHeader("vary", "origin");
  if (allowed) response.setHeader("access-control-allow-origin", corsOrigins.includes("*") ? "*" : origin);
  if (request.method !== "GET") {
    response.setHeader("allow", "GET");
    sendText(response, 405, "only GET\n");
  } else if (
    !namesServer(
      host,
      [...allowedHosts, listen.host].map((name) => name.toLowerCase()),
    )
  ) {
    // Against DNS rebinding (Z33): a page whose own name was made to point here sends that name.
    metrics?.count("listener_refused_total", 1, { listener: "visualizer", reason: "host" });
    sendText(response, 403, "this server does not answer to that host name\n");
  } else if (url === null) sendText(response, 404, "no such path\n");
  else {
    // A foreign page cannot read a stream without permission; it must not take the place of a reader either.
    const mayStream = allowed || request.headers["sec-fetch-site"] !== "cross-site";
    return { pathname: url.pathname, searchParams: url.searchParams, mayStream };
  }
  return undefined;
}

function openStream(hub: StreamHub, allowed: boolean, request: IncomingMessage, response: ServerResponse): void {
  const lastId = request.headers["last-event-id"];
  if (!allowed) sendText(response, 403, "a page of another origin may not open a stream\n");
  else if (!hub.open(response, typeof lastId === "string" ? lastId : undefined)) {
    response.setHeader("retry-after", "5");
    sendText(response, 503, "too many streams are open\n");
  }
}

function listen(server: Server, { host, port }: VisualizerSetup["listen"]): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

function sendJson(response: ServerResponse, value: object): void {
  send(response, 200, "application/json; charset=utf-8", `${JSON.stringify(value)}\n`);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, "text/plain; charset=utf-8", text);
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}
