import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ModuleGraph, WebModule } from "./moduleGraph.ts";

const etags = new WeakMap<WebModule, string>();

/**
 * Answers a request for a file of the graph; false when the path is none of them, and nothing has been sent. The caller
 * has checked the method and set the headers of its own, such as the content-security policy: `script-src 'self'` is
 * enough, and `'wasm-unsafe-eval'` beside it where a module compiles WebAssembly.
 * @example if (answerModule(graph, url.pathname, request, response)) return;
 */
export function answerModule(
  graph: ModuleGraph,
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const file = graph.files.get(pathname);
  if (file === undefined) return false;
  const etag = etagOf(file);
  response.setHeader("etag", etag);
  response.setHeader("cache-control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
  else {
    const headers = { "content-type": file.type, "content-length": file.bytes.length };
    response.writeHead(200, { ...headers, "x-content-type-options": "nosniff" }).end(file.bytes);
  }
  return true;
}

function etagOf(file: WebModule): string {
  let etag = etags.get(file);
  if (etag === undefined) {
    etag = `"${createHash("sha256").update(file.bytes).digest("base64url").slice(0, 22)}"`;
    etags.set(file, etag);
  }
  return etag;
}
