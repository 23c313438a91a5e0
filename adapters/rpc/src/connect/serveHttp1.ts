import type { IncomingMessage, ServerResponse } from "node:http";
import { createContextValues } from "@connectrpc/connect";
import { assertByteStreamRequest } from "@connectrpc/connect/protocol";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import { clientOf } from "../clientOf.ts";
import { callerKey } from "./callGate.ts";
import type { ConnectCore } from "./connectCore.ts";
import { countedAnswer, countedBody } from "./countedBody.ts";
import { detailErrors } from "./detailErrors.ts";
import { unknownMethod } from "./unknownMethod.ts";
import { answerWebPage } from "./webAccess.ts";

/**
 * Serves a request of HTTP/1.1: Connect and gRPC-Web.
 * @param isNamed whether the Host header may name this server
 */
export function serveHttp1(
  core: ConnectCore,
  isNamed: (host: string | undefined) => boolean,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // A reset by the client is its own affair; without listeners it would end the process.
  request.on("error", ignore);
  response.on("error", ignore);
  const { origin, host } = request.headers;
  if (!isNamed(host)) {
    core.metrics?.count("grpc_refused_total", 1, { reason: "host" });
    response.writeHead(403, { "content-type": "text/plain", connection: "close" });
    response.end("this host name is not in rpc.allowed_hosts\n");
    return;
  }
  if (origin !== undefined) {
    const web = answerWebPage(origin, request.method ?? "", core.corsOrigins, core.exposedHeaders);
    for (const [name, value] of Object.entries(web.headers)) response.setHeader(name, value);
    if (web.status !== undefined) {
      response.writeHead(web.status).end();
      return;
    }
  }
  void answer(core, request, response).catch((error: unknown) => giveUp(core, error, response));
}

async function answer(core: ConnectCore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "").split("?", 1)[0]!;
  const route = core.routes.get(path);
  if (route === undefined) {
    const missing = unknownMethod(path, request.headers["content-type"] ?? "", core.describe);
    await universalResponseToNodeResponse(missing, response);
    return;
  }
  const ends: (() => void)[] = [];
  response.once("close", () => {
    for (const end of ends) end();
  });
  const { methodKind } = route.handler.method;
  const isOneMessage = methodKind === "unary" || methodKind === "server_streaming";
  if (isOneMessage) {
    // A client that sends its one message drop by drop would keep the connection as long as it likes.
    const timer = setTimeout(() => {
      if (!request.readableEnded) request.destroy();
    }, core.limits.requestTimeoutMs);
    timer.unref();
    ends.push(() => clearTimeout(timer));
  }
  const client = clientOf(request.socket.remoteAddress);
  const caller = { client, isAdmitted: false, onEnd: (release: () => void) => void ends.push(release) };
  const values = createContextValues().set(callerKey, caller);
  const counted = { core, isOneMessage, onEnd: caller.onEnd };
  const asked = universalRequestFromNodeRequest(request, response, undefined, values);
  assertByteStreamRequest(asked);
  const made = await route.handler({ ...asked, body: countedBody(counted, asked.body) });
  const told = await detailErrors(made, core.describe);
  const body = told.body === undefined ? {} : { body: countedAnswer(counted, told.body) };
  await universalResponseToNodeResponse({ ...told, ...body }, response);
}

/** The connection is broken, or the request was no HTTP that makes sense; nobody is left to be told more. */
function giveUp({ metrics, logger }: ConnectCore, error: unknown, response: ServerResponse): void {
  metrics?.count("grpc_broken_calls_total");
  logger?.log("debug", "a gRPC call broke", { error: error instanceof Error ? error.message : String(error) });
  if (!response.headersSent) response.writeHead(400);
  response.end();
}

function ignore(): void {}
