import { cors } from "@connectrpc/connect";

/** What a web page's browser is told. */
export interface WebAnswer {
  /** Set when the request is answered by this alone: 204 for a preflight, 403 for a foreign page. */
  readonly status: 204 | 403 | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Answers what a web page's browser asks first, and refuses pages of origins that are not listed. Programs send no
 * origin and always pass; a page that reaches this port under a foreign name does send one.
 * @param origins exact origins, or `*`
 * @param exposed header names of the program's own that pages may read
 */
export function answerWebPage(
  origin: string,
  method: string,
  origins: readonly string[],
  exposed: readonly string[],
): WebAnswer {
  if (!origins.includes("*") && !origins.includes(origin)) {
    return { status: 403, headers: { "content-type": "text/plain" } };
  }
  const headers = {
    "access-control-allow-origin": origins.includes("*") ? "*" : origin,
    vary: "origin",
    "access-control-expose-headers": [...cors.exposedHeaders, ...exposed].join(", "),
  };
  if (method !== "OPTIONS") return { status: undefined, headers };
  const preflight = {
    ...headers,
    "access-control-allow-methods": cors.allowedMethods.join(", "),
    "access-control-allow-headers": cors.allowedHeaders.join(", "),
    "access-control-max-age": "600",
  };
  return { status: 204, headers: preflight };
}
