import type { IncomingMessage, ServerResponse } from "node:http";
import { answerBody } from "./answerBody.ts";
import { render } from "./answerRequest.ts";
import { Caller } from "./caller.ts";
import { clientOf } from "./clientOf.ts";
import type { Core } from "./core.ts";
import type { Dialect } from "./dialect.ts";
import { codes, failure } from "./errors.ts";
import { type Gate, originAllowed } from "./gate.ts";
import { hostPasses } from "./hostPasses.ts";
import { type Body, readBody } from "./readBody.ts";
import { type Route, serveRoute } from "./serveRoute.ts";

/** Answers of this size are watched for a reader that stands still. */
const watchedBytes = 65_536;
/** What is read of a request of a banned client, for its id. */
const bannedBytes = 16_384;

/** Answers one HTTP request (kairos J1): gate, body within its limits, JSON-RPC, bounded answer. */
export function serveRequest<Context>(
  core: Core<Context>,
  gate: Gate,
  routes: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // A reset by the client is its own affair; without listeners it would end the process.
  request.on("error", ignore);
  response.on("error", ignore);
  const { origin } = request.headers;
  const cors = origin !== undefined && originAllowed(origin, gate);
  if (cors) {
    response.setHeader("access-control-allow-origin", gate.origins.includes("*") ? "*" : origin);
    response.setHeader("vary", "origin");
  }
  const path = (request.url ?? "/").split("?", 1)[0]!;
  const isRead = request.method === "GET" || request.method === "HEAD";
  const route = isRead ? routes.get(path) : undefined;
  const refusal = refusalOf(core.dialect, gate, request, { cors, path, route });
  if (refusal !== undefined) {
    refuse(core, response, refusal);
  } else if (request.method === "OPTIONS") {
    response.setHeader("access-control-allow-methods", core.dialect.corsMethods);
    response.setHeader("access-control-allow-headers", core.dialect.corsHeaders);
    response.setHeader("access-control-max-age", "600");
    response.writeHead(204).end();
  } else if (route !== undefined) {
    serveRoute(core, route, request, response);
  } else if (core.limiter.banLeft(clientOf(request.socket.remoteAddress)) > 0) {
    // A banned client is told so under its own id, but what it sends besides is not worth reading.
    readBody(request, core, (body) => answerBanned(core, request, response, body), bannedBytes);
  } else {
    readBody(request, core, (body) => answer(core, request, response, body));
  }
}

interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly why: string;
}

interface Asked {
  readonly cors: boolean;
  readonly path: string;
  readonly route: Route | undefined;
}

function refusalOf(
  dialect: Dialect,
  gate: Gate,
  request: IncomingMessage,
  { cors, path, route }: Asked,
): Refusal | undefined {
  if (!hostPasses(request.headers.host, gate)) {
    return { status: 403, code: dialect.codes.host, why: dialect.hostRefusal };
  }
  if ((request.method === "OPTIONS" && cors) || route !== undefined) return undefined;
  if (dialect.path !== undefined && path !== dialect.path) {
    return { status: 404, code: codes.invalidRequest, why: `no such path: calls go to ${dialect.path}` };
  }
  if (request.method !== "POST") {
    return { status: 405, code: codes.invalidRequest, why: "send JSON-RPC 2.0 as a POST of application/json" };
  }
  // A JSON content type forces browsers to ask first, so that a foreign page cannot post here blindly.
  if (!isJson(request.headers["content-type"]) || request.headers["content-encoding"] !== undefined) {
    return { status: 415, code: codes.invalidRequest, why: "content-type must be application/json, not encoded" };
  }
  return undefined;
}

function answer<Context>(core: Core<Context>, request: IncomingMessage, response: ServerResponse, body: Body): void {
  if (body === "too large") {
    response.setHeader("connection", "close");
    const why = `request body is over the limit of ${core.limits.maxRequestBytes} bytes`;
    refuse(core, response, { status: 413, code: core.dialect.codes.limit, why });
    return;
  }
  if (body === "busy") {
    response.setHeader("connection", "close");
    const why = "the server is busy: too many requests are arriving";
    refuse(core, response, { status: 503, code: core.dialect.codes.busy, why });
    return;
  }
  const caller = new Caller(clientOf(request.socket.remoteAddress));
  const text = answerBody(core, body, caller);
  if (!(text instanceof Promise)) {
    send(core, response, text);
    return;
  }
  const leave = (): void => caller.leave();
  response.once("close", leave);
  void text.then((late) => {
    // The end of an answered request is no reason to give anything up.
    response.removeListener("close", leave);
    send(core, response, late);
  });
}

function answerBanned<Context>(
  core: Core<Context>,
  request: IncomingMessage,
  response: ServerResponse,
  body: Body,
): void {
  const client = clientOf(request.socket.remoteAddress);
  const isRead = body instanceof Uint8Array;
  const text = isRead ? answerBody(core, body, new Caller(client)) : undefined;
  const refusal = core.dialect.tooFast(core.limiter.banLeft(client));
  core.metrics?.count("jsonrpc_http_refused_total", 1, { status: "429" });
  if (!isRead) response.setHeader("connection", "close");
  const said = typeof text === "string" ? text : render(core, null, refusal, { left: core.limits.maxResponseBytes });
  response.writeHead(429, { "content-type": "application/json", "content-length": Buffer.byteLength(said) }).end(said);
}

function send<Context>(core: Core<Context>, response: ServerResponse, text: string | undefined): void {
  if (response.destroyed) return;
  if (text === undefined) {
    response.writeHead(204).end();
    return;
  }
  const bytes = Buffer.from(text);
  if (bytes.length > watchedBytes) {
    response.setTimeout(core.limits.sendTimeoutMs, () => {
      core.metrics?.count("jsonrpc_http_slow_closed_total");
      response.destroy();
    });
  }
  core.outgoingBytes += bytes.length;
  response.once("close", () => {
    core.outgoingBytes -= bytes.length;
  });
  response.writeHead(200, { "content-type": "application/json", "content-length": bytes.length }).end(bytes);
}

function refuse<Context>(core: Core<Context>, response: ServerResponse, { status, code, why }: Refusal): void {
  core.metrics?.count("jsonrpc_http_refused_total", 1, { status: String(status) });
  if (status === 405) response.setHeader("allow", "POST");
  const text = render(core, null, failure(code, why), { left: core.limits.maxResponseBytes });
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

function isJson(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  const media = contentType.split(";", 1)[0]!.trim().toLowerCase();
  return media === "application/json" || media === "application/json-rpc";
}

function ignore(): void {}
