import type { RawJson } from "./rawJson.ts";

/** Anything JSON can say. Integers above 2^53-1 are `0x` quantities or decimal texts, never numbers (kairos 2.1). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The error member of a JSON-RPC 2.0 answer; codes as kairos J6. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: Json;
}

/** What a handler says: a result, or an error for the caller. Handlers throw only when they are broken. */
export type Answer =
  | { readonly ok: true; readonly value: Json | RawJson }
  | { readonly ok: false; readonly error: RpcError };

/**
 * One parameter, as plain data, so that a chain can write its table without importing this package. The decoded value
 * of each type: quantity and number are a `bigint`; data a `Uint8Array`; address and hash are lower-case hex without
 * prefix; block a `BlockRef`; text a `string`; object a null-prototype record of its known fields; list an array; map a
 * `Map` by decoded key; union the value of the first member that fits; json what came in.
 */
export type ParamSpec = { readonly name: string; readonly optional?: boolean } & (
  | { readonly type: "quantity"; readonly maxBits?: number }
  /** A quantity that may also be written as a JSON integer or with leading zeros. */
  | { readonly type: "number"; readonly maxBits?: number }
  | { readonly type: "data"; readonly maxBytes: number }
  | { readonly type: "address" }
  | { readonly type: "hash" }
  /** A tag, a height, and with `hashes` also a block hash or an EIP-1898 object. */
  | { readonly type: "block"; readonly hashes?: boolean }
  | { readonly type: "boolean" }
  | { readonly type: "text"; readonly maxLength: number; readonly oneOf?: readonly string[] }
  /** With `open`, fields that are not listed are ignored; otherwise they are an error. */
  | { readonly type: "object"; readonly fields: readonly ParamSpec[]; readonly open?: boolean }
  /** Items follow `of`; an optional item may be null and is then undefined. */
  | { readonly type: "list"; readonly of: ParamSpec; readonly max: number }
  /** An object whose keys follow `key` (address or hash) and whose values follow `of`. */
  | { readonly type: "map"; readonly key: "address" | "hash"; readonly of: ParamSpec; readonly max: number }
  /** The first of `of` that fits. When none does, the error is that of the member whose JSON kind is given, else `form`. */
  | { readonly type: "union"; readonly of: readonly ParamSpec[]; readonly form: string }
  /** Any JSON of at most `maxNodes` values; its depth is bounded by the body's limit. */
  | { readonly type: "json"; readonly maxNodes: number }
);

/** Which block a call is about (kairos 16.1). */
export type BlockRef =
  | { readonly kind: "tag"; readonly tag: "latest" | "safe" | "finalized" | "pending" | "earliest" }
  | { readonly kind: "number"; readonly height: number }
  | { readonly kind: "hash"; readonly hash: string };

/** Who asks. Handlers that wait or use other threads give their work up when the caller leaves (kairos J7). */
export interface CallInfo {
  /** Aborted when the caller's connection is gone. Made when first read, because most calls never look. */
  readonly signal: AbortSignal;
}

/** One method: its parameters, its price in rate-limit tokens (default 1), and what answers it. */
export interface Method<Context> {
  readonly kind?: undefined;
  readonly params: readonly ParamSpec[];
  readonly weight?: number;
  /** `args` has one entry per parameter, `undefined` for an absent optional one. */
  readonly handle: (context: Context, args: readonly unknown[], call: CallInfo) => Answer | Promise<Answer>;
}

/** What opening a subscription says: how to end it, or why it was refused. */
export type Opened =
  | { readonly ok: true; readonly value: () => void }
  | { readonly ok: false; readonly error: RpcError };

/**
 * A method that opens a subscription on a WebSocket. `notification` names the messages, for example `eth_subscription`.
 * `open` is called once; it pushes any number of values until it is told to end, which happens exactly once: by the
 * unsubscribing method or with the socket.
 */
export interface SubscribeMethod<Context> {
  readonly kind: "subscribe";
  readonly params: readonly ParamSpec[];
  readonly weight?: number;
  readonly notification: string;
  readonly open: (context: Context, args: readonly unknown[], push: (value: Json) => void) => Opened;
}

/** A method that ends one subscription of its own socket by id; the server does all of it. */
export interface UnsubscribeMethod {
  readonly kind: "unsubscribe";
  readonly params: readonly ParamSpec[];
  readonly weight?: number;
}

/** All methods by name; the namespace of a method is its text before the first `_`. */
export type MethodTable<Context> = Readonly<
  Record<string, Method<Context> | SubscribeMethod<Context> | UnsubscribeMethod>
>;
