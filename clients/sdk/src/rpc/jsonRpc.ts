import { KairosError } from "../errors/kairosError.ts";
import type { CallOptions } from "./callOptions.ts";
import { errorOfAnswer } from "./errorOfAnswer.ts";
import { readBody } from "./readBody.ts";
import { type Attempt, withRetries } from "./retry.ts";

/** What JSON-RPC passes as parameters and results. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One JSON-RPC method call. */
export interface JsonRpc {
  readonly url: string;
  /** @throws KairosError */
  call(method: string, params: readonly Json[], options?: CallOptions): Promise<Json>;
}

/** HTTP statuses that say that nobody is there to answer. */
const absent = new Set([502, 503, 504]);

/**
 * JSON-RPC over HTTP with deadlines, retries and a bound on what a node may send.
 * @param url http or https
 * @example await createJsonRpc(url).call("eth_chainId", []); // => "0xccf6"
 */
export function createJsonRpc(url: string): JsonRpc {
  let lastId = 0;
  return {
    url,
    call: (method, params, options = {}) =>
      withRetries(options, (attempt) => callOnce(url, ++lastId, method, params, attempt)),
  };
}

async function callOnce(url: string, id: number, method: string, params: readonly Json[], { signal }: Attempt) {
  const request = { jsonrpc: "2.0", id, method, params };
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
    signal,
  }).catch((cause: unknown) => {
    throw new KairosError("UNAVAILABLE", `no answer from ${url}`, { cause });
  });
  if (absent.has(response.status)) {
    await response.body?.cancel();
    throw new KairosError("UNAVAILABLE", `${url} answered with HTTP status ${response.status}`);
  }
  const answer = parse(await readBody(response));
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) {
    throw new KairosError("OTHER", `${url} answered with HTTP status ${response.status} and no JSON-RPC`);
  }
  const { error, result } = answer as { readonly error?: Json; readonly result?: Json };
  if (error !== undefined) throw errorOfAnswer(error, method);
  if (result === undefined) throw new KairosError("OTHER", `${method}: an answer without a result`);
  return result;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
