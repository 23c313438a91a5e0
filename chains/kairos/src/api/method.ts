import { quantityOf } from "@polis/codec";
import type { KairosBackend } from "./backend.ts";
import type { ArgsOf, ParamSpec } from "./paramSpec.ts";
import { PrunedHistoryError } from "./prunedHistoryError.ts";

/** Anything JSON can say; wide integers are `0x` quantities or decimal texts (kairos 2.1). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The error of an answer (kairos J6). */
export interface ApiError {
  readonly code: number;
  readonly message: string;
  readonly data?: Json;
}

/** A result or an error for the caller. */
export type Answer = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: ApiError };

/** Who asks. Work that waits is given up when the caller leaves (kairos J7). */
export interface CallInfo {
  readonly signal: AbortSignal;
}

/** One method as a server sees it. */
export interface Method {
  readonly kind?: undefined;
  readonly params: readonly ParamSpec[];
  /** Price in rate-limit tokens. */
  readonly weight: number;
  readonly handle: (backend: KairosBackend, args: readonly unknown[], call?: CallInfo) => Answer | Promise<Answer>;
}

/** What opening a subscription says: how to end it, or why it was refused. */
export type Opened =
  | { readonly ok: true; readonly value: () => void }
  | { readonly ok: false; readonly error: ApiError };

/** A method that opens a subscription; the server carries what `open` pushes until it ends it. */
export interface SubscribeMethod {
  readonly kind: "subscribe";
  readonly params: readonly ParamSpec[];
  readonly weight: number;
  /** The method name of the messages, for example `eth_subscription`. */
  readonly notification: string;
  readonly open: (backend: KairosBackend, args: readonly unknown[], push: (value: Json) => void) => Opened;
}

/** A method that ends a subscription; the server does all of it. */
export interface UnsubscribeMethod {
  readonly kind: "unsubscribe";
  readonly params: readonly ParamSpec[];
  readonly weight: number;
}

/**
 * Makes a method whose arguments have the types of its parameters.
 * @example method([], (backend) => result(quantityOf(backend.params.chainId)))
 */
export function method<const P extends readonly ParamSpec[]>(
  params: P,
  handle: (backend: KairosBackend, args: ArgsOf<P>, call?: CallInfo) => Answer | Promise<Answer>,
  weight = 1,
): Method {
  // The server has decoded every argument by its spec before it calls.
  const run = (backend: KairosBackend, args: readonly unknown[], call?: CallInfo) => {
    try {
      const answer = handle(backend, args as unknown as ArgsOf<P>, call);
      return answer instanceof Promise ? answer.catch(prunedAnswer) : answer;
    } catch (error) {
      return prunedAnswer(error);
    }
  };
  return { params, weight, handle: run };
}

/** The error -32001 for history that has been dropped, which says where the kept one begins. Throws any other error on. */
export function prunedAnswer(error: unknown): Answer {
  if (!(error instanceof PrunedHistoryError)) throw error;
  const { code: name, hint, lowest, message } = error;
  return refusal(-32001, message, { name, earliest: quantityOf(lowest), hint });
}

/** A good answer. */
export function result(value: Json): Answer {
  return { ok: true, value };
}

/** An answer that tells what is wrong. */
export function refusal(code: number, message: string, data?: Json): { readonly ok: false; readonly error: ApiError } {
  return { ok: false, error: data === undefined ? { code, message } : { code, message, data } };
}

/** The plain JSON of a job's result: another thread may have made it a text, which knows its own JSON form. */
export function plain(value: Json): Json {
  const made = value as { readonly toJSON?: () => Json } | null;
  return typeof made?.toJSON === "function" ? made.toJSON() : value;
}
