import { cors } from "@connectrpc/connect";
import type { NodeServerRequest, NodeServerResponse } from "./nodeTypes.ts";

/**
 * Answers what a web page's browser asks first, and refuses pages of origins that are not listed. Programs send no
 * origin and always pass; a page that reaches this port under a foreign name does send one.
 * @param origins exact origins, or `*`
 * @param exposed header names of the program's own that pages may read
 * @returns true when the request is answered already
 */
export function answerWebPage(
  request: NodeServerRequest,
  response: NodeServerResponse,
  origins: readonly string[],
  exposed: readonly string[],
): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  if (!origins.includes("*") && !origins.includes(origin)) {
    response.writeHead(403, { "content-type": "text/plain" });
    response.end();
    return true;
  }
  response.setHeader("access-control-allow-origin", origins.includes("*") ? "*" : origin);
  response.setHeader("vary", "origin");
  response.setHeader("access-control-expose-headers", [...cors.exposedHeaders, ...exposed].join(", "));
  if (request.method !== "OPTIONS") return false;
  response.writeHead(204, {
    "access-control-allow-methods": cors.allowedMethods.join(", "),
    "access-control-allow-headers": cors.allowedHeaders.join(", "),
    "access-control-max-age": "600",
  });
  response.end();
  return true;
}
