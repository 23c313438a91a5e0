import type { KratosBackend } from "./backend.ts";
import type { Json } from "./json.ts";
import { ShapeError } from "./shape.ts";

/** The error codes of kratos-core 13.2 that methods use. */
export const apiErrors = {
  methodNotFound: -32_601,
  invalidParams: -32_602,
  blockNotFound: -32_001,
  transactionNotFound: -32_002,
  accountNotFound: -32_003,
  transactionRejected: -32_010,
} as const;

/** The error of an answer. */
export interface ApiError {
  readonly code: number;
  readonly message: string;
  readonly data?: Json;
}

/** A result or an error for the caller. */
export type Answer = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: ApiError };

/** A parameter: its name, what it looks like in words for the documentation, and how it is read. */
export interface Param<T = unknown> {
  readonly name: string;
  /** The server passes JSON of at most `maxNodes` values on as it is: hex and byte arrays are told apart here (I48). */
  readonly type: "json";
  readonly maxNodes: number;
  readonly optional?: boolean;
  readonly form: string;
  /** @throws ShapeError */
  readonly read: (value: unknown, path: string) => T;
}

type Values<P extends readonly Param[]> = { readonly [I in keyof P]: P[I] extends Param<infer T> ? T : never };

/** One method: its parameters, and what answers it. Every call weighs the same in the rate limit (kratos-core 13.1). */
export interface Method {
  readonly params: readonly Param[];
  readonly handle: (backend: KratosBackend, args: readonly unknown[]) => Answer;
}

/**
 * Makes a method. Whatever its parameters do not accept is −32602 and names the parameter.
 * @example method([numberParam], (node, [number]) => ...)
 */
export function method<const P extends readonly Param[]>(
  params: P,
  answer: (backend: KratosBackend, args: Values<P>) => Answer,
): Method {
  return {
    params,
    handle(backend, args) {
      if (args.length > params.length)
        return refusal(apiErrors.invalidParams, `want at most ${params.length} parameters`);
      try {
        const values = params.map((param, i) => readParam(param, args[i]));
        return answer(backend, values as unknown as Values<P>);
      } catch (error) {
        if (error instanceof ShapeError) return refusal(apiErrors.invalidParams, error.message);
        throw error;
      }
    },
  };
}

function readParam({ name, optional, form, read }: Param, value: unknown): unknown {
  const isMissing = value === undefined || value === null;
  if (isMissing && optional !== true) throw new ShapeError(name, form);
  return isMissing ? undefined : read(value, name);
}

/** A good answer. */
export function result(value: Json): Answer {
  return { ok: true, value };
}

/** An answer that tells what is wrong. */
export function refusal(code: number, message: string, data?: Json): Answer {
  return { ok: false, error: data === undefined ? { code, message } : { code, message, data } };
}

/** The same parameter, which may be left out or null. */
export function optional<T>(param: Param<T>): Param<T | undefined> {
  return { ...param, optional: true };
}
