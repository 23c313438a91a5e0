import type { IncomingMessage, ServerResponse } from "node:http";
import { millis } from "@polis/codec";
import { ipSource, ResponseLimiter } from "@polis/kratos";
import { createWebServer } from "@polis/rpc";
import { type Listening, listen } from "../listen.ts";
import type { SeedService } from "../service.ts";
import { webRoutes } from "./webRoutes.ts";

const limits = {
  ...{ maxConnections: 512, maxHeaderBytes: 8_192, headersTimeoutMs: 5_000, requestTimeoutMs: 5_000 },
  ...{ keepAliveTimeoutMs: 10_000, sendTimeoutMs: 10_000 },
};

/** Connections of one source: a proxy needs some. */
const MAX_PER_SOURCE = 128;

/** Requests of one source: enough for a scraper and a fleet behind one address. */
const requestLimits = { perSecond: 10, burst: 100, slipEvery: 1, maxSources: 10_000 };

/**
 * Serves the HTTP interface (kratos-core 12.7): only GET and HEAD, no bodies.
 * @param nowMs Unix milliseconds
 * @throws SeedError when the port cannot be had
 */
export function createHttpServer(
  at: { readonly host: string; readonly port: number },
  service: SeedService,
  nowMs: () => number,
): Promise<Listening> {
  const routes = webRoutes(service);
  const limiter = new ResponseLimiter(requestLimits);
  const server = createWebServer({ name: "seed", limits }, (request, response) => {
    request.resume();
    const source = ipSource(request.socket.remoteAddress ?? "");
    if (limiter.judge(source, millis(Math.floor(nowMs()))) !== "answer") {
      service.counters.rateLimited += 1;
      send(request, response, 429, "too many requests\n", { "retry-after": "10" });
    } else if (request.method !== "GET" && request.method !== "HEAD") {
      send(request, response, 405, "only GET and HEAD\n", { allow: "GET, HEAD" });
    } else serve(request, response, routes);
  });
  return listen(server, at, MAX_PER_SOURCE);
}

function serve(request: IncomingMessage, response: ServerResponse, routes: ReturnType<typeof webRoutes>): void {
  const path = (request.url ?? "/").split("?", 1)[0]!;
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) {
    send(request, response, 404, `try ${Object.keys(routes).join(", ")}\n`, {});
    return;
  }
  const { type, body, maxAgeSeconds } = route();
  const cache = maxAgeSeconds === 0 ? "no-store" : `public, max-age=${maxAgeSeconds}`;
  send(request, response, 200, body, { "content-type": type, "cache-control": cache });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): void {
  const plain = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  response.writeHead(status, { ...plain, "content-length": Buffer.byteLength(body), ...headers });
  response.end(request.method === "HEAD" ? undefined : body);
}
