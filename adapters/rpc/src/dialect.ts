import { codes, failure } from "./errors.ts";
import type { Answer } from "./types.ts";

/** As JSON.parse takes it; `context` has the text of a primitive value. */
export type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/** What servers of JSON-RPC 2.0 do differently from each other. */
export interface Dialect {
  /** Without batches an array is an invalid request. */
  readonly batches: boolean;
  readonly webSockets: boolean;
  /** The only path of calls; every path when undefined. */
  readonly path: string | undefined;
  /** Used for bodies with integers that lose digits otherwise. */
  readonly reviver: Reviver | undefined;
  /** What web pages may send; values of the CORS headers. */
  readonly corsMethods: string;
  readonly corsHeaders: string;
  /** Code of a request that is over a limit of its own, of one that the server has no room for, and of a foreign host. */
  readonly codes: { readonly limit: number; readonly busy: number; readonly host: number };
  /** What refuses a host name, in words. */
  readonly hostRefusal: string;
  /** The answer to a client that asks too much, too soon by so many milliseconds. */
  readonly tooFast: (waitMs: number) => Answer & { readonly ok: false };
}

/** What Kairos speaks (kairos 16.1, 16.3, J6). */
export const kairosDialect: Dialect = {
  ...{ batches: true, webSockets: true, path: undefined, reviver: undefined },
  ...{ corsMethods: "POST", corsHeaders: "content-type" },
  codes: { limit: codes.limitExceeded, busy: codes.limitExceeded, host: codes.server },
  hostRefusal: "this host name is not in jsonrpc.allowed_hosts",
  tooFast: (waitMs) =>
    failure(codes.limitExceeded, `rate limit exceeded, retry in ${waitMs} ms`, { retryAfterMs: waitMs }),
};
