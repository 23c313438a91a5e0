import type { KairosBackend } from "./backend.ts";

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

/** A parameter as plain data: any server that knows these types can check it before the method runs. */
export type ParamSpec = { readonly name: string; readonly optional?: boolean } & (
  | { readonly type: "quantity"; readonly maxBits: number }
  | { readonly type: "data"; readonly maxBytes: number }
  | { readonly type: "address" }
  | { readonly type: "hash" }
  | { readonly type: "block"; readonly hashes: boolean }
  | { readonly type: "boolean" }
);

/** Which block a call is about (kairos 16.1). */
export type BlockRef =
  | { readonly kind: "tag"; readonly tag: "latest" | "safe" | "finalized" | "pending" | "earliest" }
  | { readonly kind: "number"; readonly height: number }
  | { readonly kind: "hash"; readonly hash: string };

interface Values {
  readonly quantity: bigint;
  readonly data: Uint8Array;
  /** Lower-case hex without prefix. */
  readonly address: string;
  readonly hash: string;
  readonly block: BlockRef;
  readonly boolean: boolean;
}

type ValueOf<P> = P extends { readonly type: infer T extends keyof Values }
  ? P extends { readonly optional: true }
    ? Values[T] | undefined
    : Values[T]
  : never;

/** Decoded arguments of a list of parameters. */
export type ArgsOf<P extends readonly ParamSpec[]> = { readonly [I in keyof P]: ValueOf<P[I]> };

/** One method as a server sees it. */
export interface Method {
  readonly params: readonly ParamSpec[];
  /** Price in rate-limit tokens. */
  readonly weight: number;
  readonly handle: (backend: KairosBackend, args: readonly unknown[]) => Answer | Promise<Answer>;
}

/**
 * Makes a method whose arguments have the types of its parameters.
 * @example method([], (backend) => result(quantityOf(backend.params.chainId)))
 */
export function method<const P extends readonly ParamSpec[]>(
  params: P,
  handle: (backend: KairosBackend, args: ArgsOf<P>) => Answer | Promise<Answer>,
  weight = 1,
): Method {
  // The server has decoded every argument by its spec before it calls.
  return { params, weight, handle: (backend, args) => handle(backend, args as unknown as ArgsOf<P>) };
}

/** A good answer. */
export function result(value: Json): Answer {
  return { ok: true, value };
}

/** An answer that tells what is wrong. */
export function refusal(code: number, message: string, data?: Json): Answer {
  return { ok: false, error: data === undefined ? { code, message } : { code, message, data } };
}
