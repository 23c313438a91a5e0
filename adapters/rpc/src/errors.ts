import type { RawJson } from "./rawJson.ts";
import type { Answer, Json } from "./types.ts";

/** JSON-RPC error codes of kairos J6. */
export const codes = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  server: -32000,
  notFound: -32001,
  notSynced: -32002,
  rejected: -32003,
  limitExceeded: -32005,
} as const;

/**
 * A good answer.
 * @example success("0x1")
 */
export function success(value: Json | RawJson): Answer {
  return { ok: true, value };
}

/**
 * An answer that tells the caller what is wrong.
 * @param code one of `codes`, or a code of the method's own
 * @example failure(codes.notFound, "header not found")
 */
export function failure(code: number, message: string, data?: Json): Answer & { readonly ok: false } {
  return { ok: false, error: data === undefined ? { code, message } : { code, message, data } };
}
