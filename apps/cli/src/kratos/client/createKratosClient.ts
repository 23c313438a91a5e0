import { kratosApi } from "@polis/kratos";
import { UserError } from "../../errors.ts";
import { answers, type Entry } from "./answers.ts";
import { type ClientFailure, KratosClientError } from "./clientError.ts";
import { exchange } from "./exchange.ts";
import { printable } from "./printable.ts";

type Answers = typeof answers;
type ParamsOf<E> = E extends { write: (...params: infer P) => unknown }
  ? P
  : E extends Entry<infer P, unknown>
    ? P
    : never;
type ResultOf<E> = E extends { read: (value: unknown, path: string) => infer T } ? T : never;

/** What a method answers, by its name. */
export type KratosResult<M extends keyof Answers> = ResultOf<Answers[M]>;

/** Every method of a node as a function, with its parameters in their order. Each rejects with `KratosClientError`. */
export type KratosCalls = {
  readonly [M in keyof Answers]: (...params: ParamsOf<Answers[M]>) => Promise<KratosResult<M>>;
};

/** A client of one node. */
export interface KratosClient extends KratosCalls {
  readonly url: string;
}

/** Limits of a client. */
export interface KratosClientOptions {
  /** Until an answer is complete; 10,000 when left out. */
  readonly timeoutMs?: number;
  /** 33,554,432 when left out. */
  readonly maxAnswerBytes?: number;
  /** Ends all calls; they reject with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * A client of the JSON-RPC of a KratOs node (kratos-core 13), with one function for each method of `kratosApi`. Answers are
 * checked: a result has the form that its type says. Nothing is asked twice by itself.
 * @param url `http:` or `https:`, such as `http://127.0.0.1:9933`
 * @throws UserError when it is no such address
 * @example const { freeRaw } = await createKratosClient(url).state_getAccount(account);
 */
export function createKratosClient(url: string, options: KratosClientOptions = {}): KratosClient {
  const address = checkUrl(url);
  const call = createCall(address, options);
  const functions = Object.keys(kratosApi).map((method) => {
    const { read, write } = answers[method as keyof Answers] as Entry<unknown[], unknown>;
    return [
      method,
      async (...params: unknown[]) => call(method, write === undefined ? params : write(...params), read),
    ];
  });
  return { ...(Object.fromEntries(functions) as KratosCalls), url: address };
}

/** An endpoint as it is stored: without a trailing slash. @throws UserError for anything but an http or https address */
export function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const wrong = (why: string) =>
    new UserError("RPC_URL", `${text} is not an endpoint: ${why}`, "write it as http://127.0.0.1:9933", {
      exitCode: 2,
    });
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) throw wrong("want http:// or https://");
  if (url.username !== "" || url.password !== "") {
    // Not repeated: errors end up in logs.
    const hint = "leave them out: write it as http://127.0.0.1:9933";
    const message = `the endpoint at ${url.host} holds a user name or password`;
    throw new UserError("RPC_URL", message, hint, { exitCode: 2 });
  }
  return url.href.endsWith("/") ? url.href.slice(0, -1) : url.href;
}

function createCall(url: string, { timeoutMs = 10_000, maxAnswerBytes = 33_554_432, signal }: KratosClientOptions) {
  let lastId = 0;
  return async (method: string, params: readonly unknown[], read: Entry<unknown[], unknown>["read"]) => {
    const id = ++lastId;
    const request = JSON.stringify({ jsonrpc: "2.0", id, method, params });
    const { status, body } = await exchange(request, { url, method, timeoutMs, maxAnswerBytes, signal });
    const fail = (failure: ClientFailure, cause?: unknown) => new KratosClientError(failure, url, method, cause);
    const answer = body === undefined ? undefined : asAnswer(body.value, id);
    if (answer === undefined) {
      const isError = status < 200 || status > 299;
      throw fail(isError ? { kind: "httpStatus", status } : { kind: "malformed", detail: "it is not JSON-RPC" });
    }
    if ("error" in answer) throw fail(answer.error);
    try {
      return read(answer.result, method);
    } catch (cause) {
      throw fail({ kind: "malformed", detail: (cause as Error).message }, cause);
    }
  };
}

type Answered = { readonly result: unknown } | { readonly error: ClientFailure };

/** @returns undefined when this is not the JSON-RPC answer to the request with this id */
function asAnswer(value: unknown, id: number): Answered | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { jsonrpc, id: echoed, error, result } = value as Readonly<Record<string, unknown>>;
  if (jsonrpc !== "2.0") return undefined;
  if (typeof error === "object" && error !== null) {
    // A server that could not read a request does not know its id.
    return echoed === id || echoed === null ? asError(error as Readonly<Record<string, unknown>>) : undefined;
  }
  return echoed === id && Object.hasOwn(value, "result") ? { result } : undefined;
}

const MAX_SHOWN = 300;

function asError({ code, message, data }: Readonly<Record<string, unknown>>): Answered | undefined {
  if (!Number.isSafeInteger(code) || typeof message !== "string") return undefined;
  const { reason, retryAfter } = (data ?? {}) as { readonly reason?: unknown; readonly retryAfter?: unknown };
  return {
    error: {
      ...{ kind: "node", rpcCode: code as number, text: printable(message).slice(0, MAX_SHOWN) },
      reason: typeof reason === "string" ? printable(reason).slice(0, MAX_SHOWN) : undefined,
      retryAfterSeconds: typeof retryAfter === "number" && retryAfter >= 0 ? Math.ceil(retryAfter) : undefined,
    },
  };
}
