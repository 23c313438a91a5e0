import type { IncomingMessage, ServerResponse } from "node:http";
import { clientOf } from "./clientOf.ts";
import type { Core } from "./core.ts";

/** What a path gives to a GET. */
export interface RouteAnswer {
  readonly status: number;
  /** Content type. */
  readonly type: string;
  readonly body: string | Uint8Array;
  /** Further headers, with lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A page or a document beside the calls. @param client who asks, as `clientOf` gives it */
export type Route = (client: string) => RouteAnswer | Promise<RouteAnswer>;

/** Answers a GET or HEAD of one path. A route that throws is broken: 500, and the log has the error. */
export function serveRoute(
  core: Pick<Core<never>, "logger" | "outgoingBytes">,
  route: Route,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const send = ({ status, type, body, headers = {} }: RouteAnswer): void => {
    if (response.destroyed) return;
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    core.outgoingBytes += bytes.length;
    response.once("close", () => {
      core.outgoingBytes -= bytes.length;
    });
    const more = { "x-content-type-options": "nosniff", "cache-control": "no-store", ...headers };
    response.writeHead(status, { "content-type": type, "content-length": bytes.length, ...more });
    response.end(request.method === "HEAD" ? undefined : bytes);
  };
  const fail = (error: unknown): void => {
    core.logger?.log("error", "a page failed", { path: request.url ?? "", error: String(error) });
    send({ status: 500, type: "text/plain; charset=utf-8", body: "the page failed, the log says why\n" });
  };
  request.resume();
  try {
    const answer = route(clientOf(request.socket.remoteAddress));
    if (answer instanceof Promise) void answer.then(send, fail);
    else send(answer);
  } catch (error) {
    fail(error);
  }
}
